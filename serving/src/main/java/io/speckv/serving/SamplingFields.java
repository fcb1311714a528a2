package io.speckv.serving;

import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.kit.failure.RequestException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads a request's sampling settings: what it leaves unset comes from the model's files, then is neutral. */
public final class SamplingFields {
    private static final String FIELD = "sampling.";
    private static final int TEMPERATURE_MOST = 100;
    private static final int PENALTY_MOST = 10;
    private static final int STOPS_MOST = 16;
    private static final int STOP_CHARACTERS_MOST = 256;
    private static final int STOP_TOKENS_MOST = 64;
    private static final int LOGPROBS_MOST = 20;

    private SamplingFields() {}

    /**
     * Returns the settings.
     *
     * @param maxNewTokens of the answer, checked by the caller
     * @throws RequestException naming the field
     */
    public static SamplingSettings read(
            io.speckv.proto.v1.SamplingSettings message, SamplingDefaults defaults, int vocabSize, int maxNewTokens) {
        double temperature = message.hasTemperature()
                ? between("temperature", message.getTemperature(), 0, TEMPERATURE_MOST)
                : defaults.temperature();
        int topK = message.hasTopK()
                ? RequestFields.within(message.getTopK(), 0, vocabSize, FIELD + "top_k")
                : defaults.topK();
        double topP = message.hasTopP() ? aboveZero("top_p", message.getTopP(), 1) : defaults.topP();
        double minP = message.hasMinP() ? between("min_p", message.getMinP(), 0, 1) : defaults.minP();
        double repetition = message.hasRepetitionPenalty()
                ? aboveZero("repetition_penalty", message.getRepetitionPenalty(), PENALTY_MOST)
                : defaults.repetitionPenalty();
        return new SamplingSettings(
                temperature,
                topK,
                topP,
                minP,
                repetition,
                between("presence_penalty", message.getPresencePenalty(), -2, 2),
                between("frequency_penalty", message.getFrequencyPenalty(), -2, 2),
                message.hasSeed() ? (Long) message.getSeed() : null,
                maxNewTokens,
                stops(message.getStopList()),
                stopTokens(message.getStopTokenIdsList(), vocabSize),
                message.getIgnoreEos(),
                message.hasTopLogprobs()
                        ? RequestFields.within(message.getTopLogprobs(), 0, LOGPROBS_MOST, FIELD + "top_logprobs")
                        : SamplingSettings.NO_LOGPROBS);
    }

    private static List<String> stops(List<String> stops) {
        requireCount("stop", stops.size(), STOPS_MOST);
        for (int i = 0; i < stops.size(); i++) {
            String stop = stops.get(i);
            RequestFields.within(
                    stop.codePointCount(0, stop.length()), 1, STOP_CHARACTERS_MOST, FIELD + "stop[" + i + "].length");
        }
        return stops;
    }

    private static Set<Integer> stopTokens(List<Integer> ids, int vocabSize) {
        requireCount("stop_token_ids", ids.size(), STOP_TOKENS_MOST);
        Set<Integer> tokens = new LinkedHashSet<>();
        for (int token : RequestFields.tokens(ids, FIELD + "stop_token_ids", vocabSize)) {
            tokens.add(token);
        }
        return tokens;
    }

    private static void requireCount(String field, int count, int most) {
        if (count > most) {
            throw RequestException.invalidField(FIELD + field, "has " + count + " entries, must have at most " + most);
        }
    }

    private static double between(String field, float value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw RequestException.invalidField(
                    FIELD + field, "is " + value + ", must be from " + least + " to " + most);
        }
        return value;
    }

    private static double aboveZero(String field, float value, double most) {
        if (!(value > 0 && value <= most)) {
            throw RequestException.invalidField(FIELD + field, "is " + value + ", must be above 0 and at most " + most);
        }
        return value;
    }
}
