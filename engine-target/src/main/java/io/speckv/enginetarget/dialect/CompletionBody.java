package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The fields of {@code POST /v1/completions} that mean the same to all engines with OpenAI's API. */
final class CompletionBody {
    /** Most stop texts that OpenAI's API takes. */
    static final int STOPS_MOST = 4;

    private CompletionBody() {}

    /** Returns a body with the fields of OpenAI's own API. */
    static ObjectNode of(EngineRequest request) {
        EngineSampling sampling = request.sampling();
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("model", request.model());
        Dialect.putIds(body, "prompt", request.prompt());
        body.put("max_tokens", sampling.maxNewTokens())
                .put("temperature", sampling.temperature())
                .put("top_p", sampling.topP())
                .put("presence_penalty", sampling.presencePenalty())
                .put("frequency_penalty", sampling.frequencyPenalty())
                .put("n", 1)
                .put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        if (sampling.seed() != null) {
            body.put("seed", sampling.seed());
        }
        putBiases(body, sampling);
        return body;
    }

    /** Adds the biases as an object of ids. */
    static void putBiases(ObjectNode body, EngineSampling sampling) {
        if (!sampling.logitBias().isEmpty()) {
            ObjectNode biases = body.putObject("logit_bias");
            sampling.logitBias().forEach((id, bias) -> biases.put(String.valueOf(id), bias));
        }
    }

    /**
     * Adds the stop texts if the engine takes so many. The answer is searched for them here as well. Stop texts that count only
     * from some token on are found only here.
     */
    static void putStops(ObjectNode body, EngineSampling sampling, int most) {
        boolean here = sampling.minNewTokens() > 0 || sampling.stops().size() > most;
        if (!sampling.stops().isEmpty() && !here) {
            sampling.stops().forEach(body.putArray("stop")::add);
        }
    }

    /** Adds vLLM's extensions of the API, which other engines have adopted. */
    static void putVllmFields(ObjectNode body, EngineSampling sampling) {
        body.put("top_k", sampling.topK())
                .put("min_p", sampling.minP())
                .put("repetition_penalty", sampling.repetitionPenalty())
                .put("ignore_eos", sampling.ignoreEos())
                .put("min_tokens", sampling.minNewTokens());
        sampling.stopTokenIds().forEach(body.putArray("stop_token_ids")::add);
    }

    /** Adds the hints that are set; {@code salt} is the engine's name of the cache salt. */
    static void putHints(ObjectNode body, EngineHints hints, String salt) {
        if (hints.priority() != null) {
            body.put("priority", hints.priority());
        }
        if (!hints.cacheSalt().isEmpty()) {
            body.put(salt, hints.cacheSalt());
        }
    }
}
