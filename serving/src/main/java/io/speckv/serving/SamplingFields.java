package io.speckv.serving;

import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.kit.wire.SamplingRules;
import io.speckv.proto.v1.TokenBias;
import java.util.LinkedHashSet;
import java.util.stream.Collectors;

/** Reads a request's sampling settings. A field that is not set has the value from the model's files, or else a neutral one. */
public final class SamplingFields {
    private SamplingFields() {}

    /**
     * Returns the settings.
     *
     * @param maxNewTokens of the answer, checked by the caller
     * @throws RequestException naming the field
     */
    public static SamplingSettings read(
            io.speckv.proto.v1.SamplingSettings message, SamplingDefaults defaults, int vocabSize, int maxNewTokens) {
        SamplingRules.require(message, vocabSize);
        return new SamplingSettings(
                message.hasTemperature() ? message.getTemperature() : defaults.temperature(),
                message.hasTopK() ? message.getTopK() : defaults.topK(),
                message.hasTopP() ? message.getTopP() : defaults.topP(),
                message.hasMinP() ? message.getMinP() : defaults.minP(),
                message.hasRepetitionPenalty() ? message.getRepetitionPenalty() : defaults.repetitionPenalty(),
                message.getPresencePenalty(),
                message.getFrequencyPenalty(),
                message.hasSeed() ? (Long) message.getSeed() : null,
                maxNewTokens,
                message.getStopList(),
                new LinkedHashSet<>(message.getStopTokenIdsList()),
                message.getIgnoreEos(),
                message.hasTopLogprobs() ? message.getTopLogprobs() : SamplingSettings.NO_LOGPROBS,
                RequestFields.within(message.getMinNewTokens(), 0, maxNewTokens, "sampling.min_new_tokens"),
                message.getLogitBiasList().stream()
                        .collect(Collectors.toMap(TokenBias::getTokenId, TokenBias::getBias)));
    }
}
