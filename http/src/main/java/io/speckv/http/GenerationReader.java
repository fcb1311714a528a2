package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads OpenAI's requests into ours. What would change the answer but is not supported is an error. */
final class GenerationReader {
    private static final Map<String, FallbackPolicy> FALLBACKS = Map.of(
            "full", FallbackPolicy.FALLBACK_POLICY_FULL,
            "snapkv", FallbackPolicy.FALLBACK_POLICY_SNAPKV,
            "ngram", FallbackPolicy.FALLBACK_POLICY_NGRAM,
            "fail", FallbackPolicy.FALLBACK_POLICY_FAIL);
    private static final int MOST_LOGPROBS = 20;

    private GenerationReader() {}

    /** Returns a chat completion's request. */
    static Generation chat(JsonFields request) {
        refuseChatFeatures(request);
        SamplingSettings.Builder sampling = sampling(request);
        boolean logprobs = request.flag("logprobs");
        if (logprobs) {
            sampling.setTopLogprobs(0);
        }
        request.ifInteger("top_logprobs", 0, MOST_LOGPROBS, count -> {
            if (!logprobs) {
                throw request.invalid("top_logprobs", "needs logprobs to be true");
            }
            sampling.setTopLogprobs((int) count);
        });
        return generation(request, PromptReader.chat(request), sampling, AnswerForm.CHAT);
    }

    /** Returns a text completion's request. */
    static Generation completion(JsonFields request) {
        refuseOthers(request, "best_of");
        refuse(request, "suffix", request.has("suffix"), "is not supported");
        refuse(request, "echo", request.flag("echo"), "is not supported");
        SamplingSettings.Builder sampling = sampling(request);
        request.ifInteger("logprobs", 0, MOST_LOGPROBS, count -> sampling.setTopLogprobs((int) count));
        return generation(request, PromptReader.completion(request), sampling, AnswerForm.COMPLETION);
    }

    /** Returns an analysis: a request of either form without what concerns the answer. */
    static ExplainRequest explain(JsonFields request) {
        ExplainRequest.Builder explain = ExplainRequest.newBuilder()
                .setPrompt(request.has("messages") ? PromptReader.chat(request) : PromptReader.completion(request));
        request.ifText("model", explain::setModel);
        request.object("speckv").ifPresent(speckv -> explain.setMethod(method(speckv)));
        return explain.build();
    }

    private static Generation generation(
            JsonFields request, Prompt prompt, SamplingSettings.Builder sampling, AnswerForm form) {
        GenerateRequest.Builder generate =
                GenerateRequest.newBuilder().setPrompt(prompt).setSampling(sampling);
        request.ifText("model", generate::setModel);
        request.object("speckv").ifPresent(speckv -> extras(speckv, generate));
        boolean stream = request.flag("stream");
        boolean usage = request.object("stream_options")
                .map(options -> {
                    refuse(request, "stream_options", !stream, "needs stream to be true");
                    return options.flag("include_usage");
                })
                .orElse(false);
        return new Generation(generate.build(), form, stream, usage, names(request, form.promptField()));
    }

    static RequestFields names(JsonFields request, String promptField) {
        return new RequestFields(
                promptField, request.has("max_completion_tokens") ? "max_completion_tokens" : "max_tokens");
    }

    private static void extras(JsonFields speckv, GenerateRequest.Builder generate) {
        generate.setMethod(method(speckv));
        speckv.ifText("fallback", name -> {
            FallbackPolicy policy = FALLBACKS.get(name);
            if (policy == null) {
                throw speckv.invalid("fallback", "is '" + name + "', must be full, snapkv, ngram or fail");
            }
            generate.setFallback(policy);
        });
        speckv.ifFlag("continue_drafting", generate::setContinueDrafting);
        speckv.object("report").ifPresent(report -> {
            ReportSettings.Builder settings = generate.getReportBuilder();
            report.ifFlag("kept_positions", settings::setKeptPositions);
            report.ifFlag("kv_positions", settings::setKvPositions);
        });
    }

    private static SamplingSettings.Builder sampling(JsonFields request) {
        refuseOthers(request, "n");
        refuse(
                request,
                "logit_bias",
                request.object("logit_bias").isPresent()
                        && request.get("logit_bias")
                                .filter(bias -> !bias.isEmpty())
                                .isPresent(),
                "is not supported");
        SamplingSettings.Builder sampling = SamplingSettings.newBuilder();
        request.ifInteger("max_tokens", 1, Integer.MAX_VALUE, value -> sampling.setMaxNewTokens((int) value));
        request.ifInteger(
                "max_completion_tokens", 1, Integer.MAX_VALUE, value -> sampling.setMaxNewTokens((int) value));
        request.ifNumber("temperature", value -> sampling.setTemperature((float) value));
        request.ifNumber("top_p", value -> sampling.setTopP((float) value));
        request.ifNumber("presence_penalty", value -> sampling.setPresencePenalty((float) value));
        request.ifNumber("frequency_penalty", value -> sampling.setFrequencyPenalty((float) value));
        request.ifInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE, sampling::setSeed);
        stops(request).forEach(sampling::addStop);
        // Beyond OpenAI's own, under the names that other servers of open models take.
        request.ifInteger("top_k", 0, Integer.MAX_VALUE, value -> sampling.setTopK((int) value));
        request.ifNumber("min_p", value -> sampling.setMinP((float) value));
        request.ifNumber("repetition_penalty", value -> sampling.setRepetitionPenalty((float) value));
        request.ifFlag("ignore_eos", sampling::setIgnoreEos);
        return sampling;
    }

    private static List<String> stops(JsonFields request) {
        if (request.get("stop").map(JsonNode::isTextual).orElse(false)) {
            return List.of(request.text("stop").orElseThrow());
        }
        List<String> stops = new ArrayList<>();
        for (JsonNode stop : request.array("stop")) {
            if (!stop.isTextual()) {
                throw request.invalid("stop[" + stops.size() + "]", "must be a string, not " + JsonFields.typeOf(stop));
            }
            stops.add(stop.textValue());
        }
        return stops;
    }

    private static void refuseChatFeatures(JsonFields request) {
        for (String field : List.of("tools", "functions")) {
            refuse(
                    request,
                    field,
                    !request.array(field).isEmpty(),
                    "is not supported: answers are not searched for calls; give definitions to the model's template as"
                            + " chat_template_kwargs.tools and read the answer's text");
        }
        request.object("response_format")
                .flatMap(format -> format.text("type"))
                .ifPresent(type -> refuse(
                        request,
                        "response_format",
                        !type.equals("text"),
                        "is '" + type + "'; only 'text' is supported"));
        refuse(request, "audio", request.has("audio"), "is not supported");
        for (JsonNode modality : request.array("modalities")) {
            refuse(request, "modalities", !modality.asText().equals("text"), "may have 'text' alone");
        }
    }

    private static void refuseOthers(JsonFields request, String field) {
        request.ifInteger(
                field,
                Long.MIN_VALUE,
                Long.MAX_VALUE,
                value -> refuse(request, field, value != 1, "is " + value + "; only 1 is supported"));
    }

    private static void refuse(JsonFields request, String field, boolean refused, String why) {
        if (refused) {
            throw request.invalid(field, why);
        }
    }

    /**
     * A generation as it was asked for.
     *
     * @param usage whether a stream ends with the usage
     */
    record Generation(GenerateRequest request, AnswerForm form, boolean stream, boolean usage, RequestFields fields) {}

    /** Returns the method that a {@code speckv} object names; its settings are the router's to read. */
    private static Method method(JsonFields speckv) {
        Method.Builder method = Method.newBuilder();
        speckv.ifText("method", method::setName);
        speckv.object("settings")
                .flatMap(settings -> speckv.get("settings"))
                .ifPresent(settings -> method.setExtraSettings(PromptReader.struct(settings)));
        return method.build();
    }
}
