package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenBias;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Reads how tokens are chosen and when an answer ends. */
final class SamplingReader {
    /** OpenAI allows 0, which keeps only the likeliest token; on the wire the value must be above 0. */
    private static final float LEAST_TOP_P = Float.MIN_NORMAL;

    private SamplingReader() {}

    static SamplingSettings.Builder sampling(JsonFields request, AnswerForm form) {
        SamplingSettings.Builder sampling = SamplingSettings.newBuilder();
        mostTokens(request, form == AnswerForm.MESSAGE ? 0 : 1, sampling::setMaxNewTokens);
        request.ifNumber("temperature", value -> sampling.setTemperature((float) value));
        // Numbers too small for a float become 0, too.
        request.ifNumber("top_p", value -> sampling.setTopP((float) value == 0 ? LEAST_TOP_P : (float) value));
        request.ifNumber("presence_penalty", value -> sampling.setPresencePenalty((float) value));
        request.ifNumber("frequency_penalty", value -> sampling.setFrequencyPenalty((float) value));
        request.ifInteger("seed", Long.MIN_VALUE, Long.MAX_VALUE, sampling::setSeed);
        stops(request).forEach(sampling::addStop);
        // Not OpenAI's; named as on other servers of open models.
        request.ifInteger("top_k", -1, Integer.MAX_VALUE, value -> sampling.setTopK((int) Math.max(0, value)));
        request.ifNumber("min_p", value -> sampling.setMinP((float) value));
        request.ifNumber("repetition_penalty", value -> sampling.setRepetitionPenalty((float) value));
        request.ifFlag("ignore_eos", sampling::setIgnoreEos);
        request.ifFlag("skip_special_tokens", sampling::setSkipSpecialTokens);
        stopTokens(request).forEach(sampling::addStopTokenIds);
        request.ifInteger("min_tokens", 0, Integer.MAX_VALUE, value -> sampling.setMinNewTokens((int) value));
        request.ifFlag("include_stop_str_in_output", sampling::setIncludeStop);
        request.object("logit_bias")
                .ifPresent(biases -> biases.names().forEach(token -> {
                    int id = tokenId(biases, token);
                    biases.ifNumber(
                            token,
                            bias -> sampling.addLogitBias(
                                    TokenBias.newBuilder().setTokenId(id).setBias((float) bias)));
                }));
        ResponseFormatReader.format(request, form).map(AskedFormat::format).ifPresent(sampling::setResponseFormat);
        return sampling;
    }

    /** Reads the limit of an answer's length, by its older or its newer name. */
    static void mostTokens(JsonFields request, int least, IntConsumer found) {
        for (String name : List.of("max_tokens", "max_completion_tokens")) {
            request.ifInteger(name, least, Integer.MAX_VALUE, value -> found.accept((int) value));
        }
    }

    private static int tokenId(JsonFields biases, String name) {
        if (!name.matches("[0-9]{1,9}")) {
            throw biases.invalid(name, "is no token id: the keys are numbers of 0 or more");
        }
        return Integer.parseInt(name);
    }

    private static List<String> stops(JsonFields request) {
        return request.get("stop").map(JsonNode::isArray).orElse(true)
                ? request.texts("stop")
                : List.of(request.requireText("stop", "a string or an array of strings"));
    }

    private static List<Integer> stopTokens(JsonFields request) {
        List<Integer> ids = new ArrayList<>();
        for (JsonNode id : request.array("stop_token_ids")) {
            ids.add(JsonPromptReader.tokenId(request, "stop_token_ids[" + ids.size() + "]", id));
        }
        return ids;
    }
}
