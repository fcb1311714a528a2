package io.speckv.cli.options;

import io.speckv.engine.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of how tokens are chosen. The router or the model decides what is not given; a local run is greedy then. */
public final class SamplingArguments {
    @Option(
            names = "--max-new-tokens",
            converter = Numbers.AtLeastOne.class,
            description = "length of the answer (${DEFAULT-VALUE})")
    int maxNewTokens;

    @Option(
            names = "--temperature",
            converter = Numbers.DecimalAtLeastZero.class,
            description = "0 takes the likeliest token")
    @Nullable
    Double temperature;

    @Option(names = "--top-k", converter = Numbers.AtLeastZero.class, description = "choose among so many, 0 for all")
    @Nullable
    Integer topK;

    @Option(
            names = "--top-p",
            converter = Numbers.AboveZeroToOne.class,
            description = "choose among this share of probability")
    @Nullable
    Double topP;

    @Option(
            names = "--min-p",
            converter = Numbers.ZeroToOne.class,
            description = "least share of the likeliest token's probability")
    @Nullable
    Double minP;

    @Option(names = "--repetition-penalty", converter = Numbers.AboveZero.class, description = "1 is none")
    @Nullable
    Double repetitionPenalty;

    @Option(names = "--presence-penalty", converter = Numbers.Penalty.class, description = "0 is none")
    @Nullable
    Double presencePenalty;

    @Option(names = "--frequency-penalty", converter = Numbers.Penalty.class, description = "0 is none")
    @Nullable
    Double frequencyPenalty;

    @Option(names = "--seed", description = "the same seed gives the same text")
    @Nullable
    Long seed;

    @Option(names = "--stop", paramLabel = "TEXT", description = "end the answer before this text; may be repeated")
    List<String> stopStrings = new ArrayList<>();

    @Option(
            names = "--stop-token",
            converter = Numbers.AtLeastZero.class,
            paramLabel = "ID",
            description = "end the answer at this token; may be repeated")
    Set<Integer> stopTokens = new TreeSet<>();

    @Option(names = "--ignore-eos", description = "go on after an end token")
    boolean ignoreEos;

    public SamplingArguments() {
        this(256);
    }

    /** Creates options with another default length of the answer. */
    public SamplingArguments(int maxNewTokens) {
        this.maxNewTokens = maxNewTokens;
    }

    /** Returns the settings of a local run. */
    public SamplingSettings settings() {
        try {
            return new SamplingSettings(
                    orElse(temperature, 0),
                    topK == null ? 0 : topK,
                    orElse(topP, 1),
                    orElse(minP, 0),
                    orElse(repetitionPenalty, 1),
                    orElse(presencePenalty, 0),
                    orElse(frequencyPenalty, 0),
                    seed,
                    maxNewTokens,
                    List.copyOf(stopStrings),
                    Set.copyOf(stopTokens),
                    ignoreEos,
                    SamplingSettings.NO_LOGPROBS);
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static double orElse(@Nullable Double given, double neutral) {
        return given == null ? neutral : given;
    }

    /** Returns the settings of a request; only given options are set. */
    public io.speckv.proto.v1.SamplingSettings toProto() {
        io.speckv.proto.v1.SamplingSettings.Builder wire = io.speckv.proto.v1.SamplingSettings.newBuilder()
                .setMaxNewTokens(maxNewTokens)
                .addAllStop(stopStrings)
                .addAllStopTokenIds(stopTokens);
        set(temperature, value -> wire.setTemperature(value.floatValue()));
        set(topK, wire::setTopK);
        set(topP, value -> wire.setTopP(value.floatValue()));
        set(minP, value -> wire.setMinP(value.floatValue()));
        set(repetitionPenalty, value -> wire.setRepetitionPenalty(value.floatValue()));
        set(presencePenalty, value -> wire.setPresencePenalty(value.floatValue()));
        set(frequencyPenalty, value -> wire.setFrequencyPenalty(value.floatValue()));
        set(seed, wire::setSeed);
        if (ignoreEos) {
            wire.setIgnoreEos(true);
        }
        return wire.build();
    }

    private static <T> void set(@Nullable T given, Consumer<T> field) {
        if (given != null) {
            field.accept(given);
        }
    }
}
