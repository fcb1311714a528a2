package io.speckv.enginetarget.dialect;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are drawn, and when an answer ends; never left to an engine's own defaults.
 *
 * @param maxNewTokens at least 1, and no more than the context has room for
 * @param temperature 0 is greedy
 * @param topK 0 keeps all
 * @param topP 1 keeps all
 * @param minP 0 drops none
 * @param repetitionPenalty 1 changes nothing
 * @param seed null leaves it to the engine
 * @param stops texts that end the answer and are no part of it
 * @param stopTokenIds tokens that end the answer and are no part of it
 * @param includeStop whether the text that ends the answer is part of its text
 * @param minNewTokens the answer cannot end before so many tokens, at least 0
 * @param logitBias added to the logits of tokens, by id
 * @param ignoreEos whether the answer goes on at the model's end tokens
 * @param topLogprobs number of alternatives to each token; null for no log probabilities at all
 * @param shape that the answer is held to, or null for none
 */
public record EngineSampling(
        int maxNewTokens,
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        @Nullable Long seed,
        List<String> stops,
        List<Integer> stopTokenIds,
        boolean includeStop,
        int minNewTokens,
        Map<Integer, Float> logitBias,
        boolean ignoreEos,
        @Nullable Integer topLogprobs,
        @Nullable AnswerShape shape) {
    public EngineSampling {
        stops = List.copyOf(stops);
        stopTokenIds = List.copyOf(stopTokenIds);
        logitBias = Map.copyOf(logitBias);
    }

    /** Returns the number of alternatives to each token. */
    int alternatives() {
        return topLogprobs == null ? 0 : topLogprobs;
    }
}
