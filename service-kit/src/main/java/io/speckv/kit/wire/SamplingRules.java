package io.speckv.kit.wire;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenBias;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The ranges of a request's sampling settings, the same in every service. */
public final class SamplingRules {
    /** Most tokens of an answer if its request gives no bound. */
    public static final int NEW_TOKENS_UNSET = 128;

    private static final String FIELD = "sampling.";
    private static final int TEMPERATURE_MOST = 100;
    private static final int PENALTY_MOST = 10;
    private static final int STOPS_MOST = 16;
    private static final int STOP_CHARACTERS_MOST = 256;
    private static final int STOP_TOKENS_MOST = 64;
    private static final int LOGPROBS_MOST = 20;
    private static final int BIASES_MOST = 1024;
    private static final int BIAS_MOST = 100;

    private SamplingRules() {}

    /**
     * Returns normally if every field that is set is in its range. The caller checks max_new_tokens, and min_new_tokens
     * against it.
     *
     * @throws RequestException naming the field
     */
    public static void require(SamplingSettings message, int vocabSize) {
        between("temperature", message.getTemperature(), 0, TEMPERATURE_MOST);
        RequestFields.within(message.getTopK(), 0, vocabSize, FIELD + "top_k");
        if (message.hasTopP()) {
            aboveZero("top_p", message.getTopP(), 1);
        }
        between("min_p", message.getMinP(), 0, 1);
        if (message.hasRepetitionPenalty()) {
            aboveZero("repetition_penalty", message.getRepetitionPenalty(), PENALTY_MOST);
        }
        between("presence_penalty", message.getPresencePenalty(), -2, 2);
        between("frequency_penalty", message.getFrequencyPenalty(), -2, 2);
        stops(message.getStopList());
        requireCount("stop_token_ids", message.getStopTokenIdsCount(), STOP_TOKENS_MOST);
        var unused = RequestFields.tokens(message.getStopTokenIdsList(), FIELD + "stop_token_ids", vocabSize);
        RequestFields.within(message.getTopLogprobs(), 0, LOGPROBS_MOST, FIELD + "top_logprobs");
        biases(message.getLogitBiasList(), vocabSize);
    }

    private static void biases(List<TokenBias> biases, int vocabSize) {
        requireCount("logit_bias", biases.size(), BIASES_MOST);
        Set<Integer> tokens = new HashSet<>();
        for (int i = 0; i < biases.size(); i++) {
            TokenBias bias = biases.get(i);
            String field = "logit_bias[" + i + "].";
            int token = bias.getTokenId();
            // Ids of 2^31 and more arrive as negative numbers.
            if (token < 0 || token >= vocabSize) {
                throw RequestException.ofField(
                        FailureCode.TOKEN_OUT_OF_VOCAB,
                        FIELD + field + "token_id",
                        "is " + Integer.toUnsignedString(token) + ", must be below the vocabulary size " + vocabSize);
            }
            if (!tokens.add(token)) {
                throw RequestException.invalidField(
                        FIELD + field + "token_id", "is " + token + ", which has a bias already");
            }
            between(field + "bias", bias.getBias(), -BIAS_MOST, BIAS_MOST);
        }
    }

    private static void stops(List<String> stops) {
        requireCount("stop", stops.size(), STOPS_MOST);
        for (int i = 0; i < stops.size(); i++) {
            String stop = stops.get(i);
            int characters = stop.codePointCount(0, stop.length());
            if (characters < 1 || characters > STOP_CHARACTERS_MOST) {
                throw RequestException.invalidField(
                        FIELD + "stop[" + i + "]",
                        "has " + characters + " characters, must have 1 to " + STOP_CHARACTERS_MOST);
            }
        }
    }

    private static void requireCount(String field, int count, int most) {
        if (count > most) {
            throw RequestException.invalidField(FIELD + field, "has " + count + " entries, must have at most " + most);
        }
    }

    private static void between(String field, float value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw RequestException.invalidField(
                    FIELD + field, "is " + value + ", must be from " + least + " to " + most);
        }
    }

    private static void aboveZero(String field, float value, double most) {
        if (!(value > 0 && value <= most)) {
            throw RequestException.invalidField(FIELD + field, "is " + value + ", must be above 0 and at most " + most);
        }
    }
}
