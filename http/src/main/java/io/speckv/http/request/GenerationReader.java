package io.speckv.http.request;

import io.speckv.http.json.FieldNames;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenizeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads OpenAI's requests into ours. An unsupported field that would change the answer is an error. */
public final class GenerationReader {
    private static final Map<String, FallbackPolicy> FALLBACKS = Map.of(
            "full", FallbackPolicy.FALLBACK_POLICY_FULL,
            "snapkv", FallbackPolicy.FALLBACK_POLICY_SNAPKV,
            "ngram", FallbackPolicy.FALLBACK_POLICY_NGRAM,
            "fail", FallbackPolicy.FALLBACK_POLICY_FAIL);
    /** Most alternatives to each token. */
    static final int MOST_LOGPROBS = 20;
    /** Most choices of one request; each choice is a generation of its own. */
    private static final int MOST_CHOICES = 32;

    private static final List<String> KEYS = List.of(
            "method",
            "preset",
            "settings",
            "fallback",
            "continue_drafting",
            "report",
            "protect",
            "turns",
            "recent_tokens",
            ToolsReader.STREAM_ARGUMENTS);
    private static final List<String> REPORT_KEYS = List.of("kept_positions", "kv_positions");

    private GenerationReader() {}

    /** Reads a chat completion request. */
    public static Generation chat(JsonFields request) {
        NotHonoured.requireNone(request, AnswerForm.CHAT);
        ToolsReader.requireNoFunctions(request);
        SamplingSettings.Builder sampling = SamplingReader.sampling(request, AnswerForm.CHAT);
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
        OfferedTools tools = ToolsReader.chat(request);
        return generation(
                request,
                List.of(JsonPromptReader.chat(request, tools)),
                choices(request),
                sampling,
                AnswerForm.CHAT,
                tools);
    }

    /** Reads a text completion request. */
    public static Generation completion(JsonFields request) {
        NotHonoured.requireNone(request, AnswerForm.COMPLETION);
        SamplingSettings.Builder sampling = SamplingReader.sampling(request, AnswerForm.COMPLETION);
        request.ifInteger("logprobs", 0, MOST_LOGPROBS, count -> sampling.setTopLogprobs((int) count));
        return generation(
                request,
                JsonPromptReader.completions(request),
                choices(request),
                sampling,
                AnswerForm.COMPLETION,
                OfferedTools.NONE);
    }

    private static int choices(JsonFields request) {
        int[] choices = {1};
        request.ifInteger("n", 1, MOST_CHOICES, value -> choices[0] = (int) value);
        return choices[0];
    }

    /** Reads a request to explain, in either form and without the fields of the answer. */
    public static ExplainRequest explain(JsonFields request) {
        ExplainRequest.Builder explain = ExplainRequest.newBuilder().setPrompt(onlyPrompt(request));
        request.ifText("model", explain::setModel);
        SamplingReader.mostTokens(request, 1, explain::setMaxNewTokens);
        NotHonoured.requireNone(request, form(request));
        request.object("speckv").ifPresent(speckv -> {
            requireKnown(speckv);
            explain.setMethod(method(speckv));
            ProtectReader.read(speckv, new SentMessages(request, form(request))).ifPresent(explain::setProtection);
        });
        return explain.build();
    }

    /** Reads the prompt of a request in either form, to be counted. */
    public static TokenizeRequest count(JsonFields request) {
        NotHonoured.requireNone(request, form(request));
        TokenizeRequest.Builder count = TokenizeRequest.newBuilder().setPrompt(onlyPrompt(request));
        request.ifText("model", count::setModel);
        return count.build();
    }

    private static Prompt onlyPrompt(JsonFields request) {
        if (request.has("messages")) {
            ToolsReader.requireNoFunctions(request);
            return JsonPromptReader.chat(request, ToolsReader.chat(request));
        }
        List<Prompt> prompts = JsonPromptReader.completions(request);
        if (prompts.size() > 1) {
            throw request.invalid("prompt", "has " + prompts.size() + " prompts; one per request is supported here");
        }
        return prompts.get(0);
    }

    /**
     * Returns a generation.
     *
     * @param choices number of choices of each prompt
     */
    static Generation generation(
            JsonFields request,
            List<Prompt> prompts,
            int choices,
            SamplingSettings.Builder sampling,
            AnswerForm form,
            OfferedTools tools) {
        if (prompts.size() * choices > MOST_CHOICES) {
            throw request.invalid(
                    form.promptField(),
                    "has " + prompts.size() + " prompts with " + choices + " choices each, must have at most "
                            + MOST_CHOICES + " choices in all");
        }
        GenerateRequest.Builder common = GenerateRequest.newBuilder();
        request.ifText("model", common::setModel);
        // Not OpenAI's; named as in vLLM and SGLang.
        request.ifInteger(
                "priority",
                Integer.MIN_VALUE,
                Integer.MAX_VALUE,
                value -> common.getEngineBuilder().setPriority((int) value));
        request.ifText("cache_salt", salt -> common.getEngineBuilder().setCacheSalt(salt));
        request.object("speckv").ifPresent(speckv -> extras(speckv, new SentMessages(request, form), common));
        List<GenerateRequest> requests = new ArrayList<>();
        for (Prompt prompt : prompts) {
            for (int i = 0; i < choices; i++) {
                SamplingSettings.Builder own = sampling.clone();
                if (own.hasSeed()) {
                    own.setSeed(sampling.getSeed() + i); // the same seed would give the same choice
                }
                requests.add(common.clone().setPrompt(prompt).setSampling(own).build());
            }
        }
        boolean stream = request.flag("stream");
        boolean usage = request.object("stream_options")
                .map(options -> {
                    if (!stream) {
                        throw request.invalid("stream_options", "needs stream to be true");
                    }
                    return options.flag("include_usage");
                })
                .orElse(false);
        return new Generation(requests, prompts.size(), form, stream, usage, tools, request.node());
    }

    /** Returns the form, chat or completion, of a request that asks for no answer. */
    public static AnswerForm form(JsonFields request) {
        return request.has("messages") ? AnswerForm.CHAT : AnswerForm.COMPLETION;
    }

    /** Returns the names of the prompt's fields in a request that asks for no answer. */
    public static FieldNames names(JsonFields request, AnswerForm form) {
        return SentNames.ofPrompt(request, form);
    }

    private static void requireKnown(JsonFields speckv) {
        speckv.requireKnown(
                KEYS,
                name -> Optional.of(
                        REPORT_KEYS.contains(name)
                                ? " here: it stands in speckv.report"
                                : ", must be one of " + KEYS + "; what a method is set to stands in speckv.settings"));
    }

    private static void extras(JsonFields speckv, SentMessages sent, GenerateRequest.Builder generate) {
        requireKnown(speckv);
        generate.setMethod(method(speckv));
        speckv.ifText("fallback", name -> {
            FallbackPolicy policy = FALLBACKS.get(name);
            if (policy == null) {
                throw speckv.invalid("fallback", "is '" + name + "', must be full, snapkv, ngram or fail");
            }
            generate.setFallback(policy);
        });
        speckv.ifFlag("continue_drafting", generate::setContinueDrafting);
        speckv.ifFlag(ToolsReader.STREAM_ARGUMENTS, streams -> {}); // read with the tools; here only its type counts
        ProtectReader.read(speckv, sent).ifPresent(generate::setProtection);
        speckv.object("report").ifPresent(report -> {
            report.requireKnown(REPORT_KEYS, name -> Optional.empty());
            ReportSettings.Builder settings = generate.getReportBuilder();
            report.ifFlag("kept_positions", settings::setKeptPositions);
            report.ifFlag("kv_positions", settings::setKvPositions);
        });
    }

    /** Returns the method in a {@code speckv} object; the router reads its settings. */
    private static Method method(JsonFields speckv) {
        Method.Builder method = Method.newBuilder();
        speckv.ifText("method", method::setName);
        speckv.ifText("preset", method::setPreset);
        speckv.object("settings")
                .flatMap(settings -> speckv.get("settings"))
                .ifPresent(settings -> method.setExtraSettings(JsonPromptReader.struct(speckv, "settings", settings)));
        return method.build();
    }
}
