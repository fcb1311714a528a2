package io.speckv.engine.sampling;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is chosen and when it ends. The defaults of every service are {@link #greedy}.
 *
 * @param temperature divides the logits; 0 always takes the most likely token, and then of the other shaping settings only
 *     the penalties have an effect
 * @param topK only this many most likely tokens stay; 0 keeps all
 * @param topP only the most likely tokens that together reach this probability stay, above 0 to 1; 1 keeps all
 * @param minP only tokens at least this share as likely as the most likely one stay, 0 to 1; 0 keeps all
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens in prompt or answer, above 0; 1 is
 *     none
 * @param presencePenalty subtracted from the logits of tokens in the answer, -2 to 2; 0 is none
 * @param frequencyPenalty subtracted from the logits of tokens in the answer for each time they occur, -2 to 2; 0 is none
 * @param seed the same seed gives the same answer; null lets the caller of {@link Sampler} choose a seed
 * @param maxNewTokens tokens after which the answer ends, at least 1
 * @param stopStrings texts that end the answer and are not part of it, none empty
 * @param stopTokenIds token ids that end the answer, besides the model's own
 * @param ignoreEos whether the model's own end tokens are ignored and do not end the answer
 * @param logprobs how many alternatives to report with each token's log probability, 0 to 20; -1 reports nothing
 * @param minNewTokens tokens before which no token ends the answer, 0 to maxNewTokens
 * @param logitBias added to the logits of these tokens before everything else, finite
 */
public record SamplingSettings(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        @Nullable Long seed,
        int maxNewTokens,
        List<String> stopStrings,
        Set<Integer> stopTokenIds,
        boolean ignoreEos,
        int logprobs,
        int minNewTokens,
        Map<Integer, Float> logitBias) {
    /** The value of {@link #logprobs} that reports nothing. */
    public static final int NO_LOGPROBS = -1;

    private static final int LOGPROBS_MAX = 20;
    private static final double PENALTY_MAX = 2;

    public SamplingSettings {
        require(temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, "at least 0 and finite");
        require(topK >= 0, "topK", topK, "at least 0, where 0 keeps all");
        require(topP > 0 && topP <= 1, "topP", topP, "above 0 and at most 1");
        require(minP >= 0 && minP <= 1, "minP", minP, "from 0 to 1");
        require(
                repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
                "repetitionPenalty",
                repetitionPenalty,
                "above 0 and finite");
        require(Math.abs(presencePenalty) <= PENALTY_MAX, "presencePenalty", presencePenalty, "from -2 to 2");
        require(Math.abs(frequencyPenalty) <= PENALTY_MAX, "frequencyPenalty", frequencyPenalty, "from -2 to 2");
        require(maxNewTokens >= 1, "maxNewTokens", maxNewTokens, "at least 1");
        require(stopStrings.stream().noneMatch(String::isEmpty), "stopStrings", stopStrings, "without empty ones");
        require(stopTokenIds.stream().allMatch(id -> id >= 0), "stopTokenIds", stopTokenIds, "at least 0 each");
        require(logprobs >= NO_LOGPROBS && logprobs <= LOGPROBS_MAX, "logprobs", logprobs, "from -1 to 20");
        require(
                minNewTokens >= 0 && minNewTokens <= maxNewTokens,
                "minNewTokens",
                minNewTokens,
                "from 0 to maxNewTokens, " + maxNewTokens);
        require(logitBias.keySet().stream().allMatch(id -> id >= 0), "logitBias", logitBias, "of ids from 0");
        require(logitBias.values().stream().allMatch(Float::isFinite), "logitBias", logitBias, "finite for each");
        stopStrings = List.copyOf(stopStrings);
        stopTokenIds = Set.copyOf(stopTokenIds);
        logitBias = Map.copyOf(logitBias);
    }

    /** Settings without a least length and without biases. */
    public SamplingSettings(
            double temperature,
            int topK,
            double topP,
            double minP,
            double repetitionPenalty,
            double presencePenalty,
            double frequencyPenalty,
            @Nullable Long seed,
            int maxNewTokens,
            List<String> stopStrings,
            Set<Integer> stopTokenIds,
            boolean ignoreEos,
            int logprobs) {
        this(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                seed,
                maxNewTokens,
                stopStrings,
                stopTokenIds,
                ignoreEos,
                logprobs,
                0,
                Map.of());
    }

    /** Returns the same with a least length and biases. */
    public SamplingSettings steered(int least, Map<Integer, Float> bias) {
        return new SamplingSettings(
                temperature,
                topK,
                topP,
                minP,
                repetitionPenalty,
                presencePenalty,
                frequencyPenalty,
                seed,
                maxNewTokens,
                stopStrings,
                stopTokenIds,
                ignoreEos,
                logprobs,
                least,
                bias);
    }

    /** Returns settings that always take the most likely token and end at the model's own end tokens. */
    public static SamplingSettings greedy(int maxNewTokens) {
        return new SamplingSettings(0, 0, 1, 0, 1, 0, 0, null, maxNewTokens, List.of(), Set.of(), false, NO_LOGPROBS);
    }

    /** Returns whether a token ends the answer of a model with these end tokens. */
    public boolean endsWith(int token, Set<Integer> endTokens) {
        return stopTokenIds.contains(token) || (!ignoreEos && endTokens.contains(token));
    }

    /** Returns whether any penalty changes the logits. */
    public boolean penalises() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }

    private static void require(boolean holds, String key, Object value, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(key + " must be " + rule + ", was " + value);
        }
    }
}
