package io.speckv.cli;

import io.speckv.engine.sampling.SamplingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tokens are chosen; greedy unless something else is asked for. */
final class SamplingArguments {
    @Option(names = "--max-new-tokens", defaultValue = "256", description = "length of the answer (${DEFAULT-VALUE})")
    int maxNewTokens = 256;

    @Option(names = "--temperature", defaultValue = "0", description = "0 takes the likeliest token (${DEFAULT-VALUE})")
    double temperature;

    @Option(names = "--top-k", defaultValue = "0", description = "choose among so many, 0 for all (${DEFAULT-VALUE})")
    int topK;

    @Option(names = "--top-p", defaultValue = "1", description = "choose among this share (${DEFAULT-VALUE})")
    double topP = 1;

    @Option(names = "--min-p", defaultValue = "0", description = "least share of the likeliest (${DEFAULT-VALUE})")
    double minP;

    @Option(names = "--repetition-penalty", defaultValue = "1", description = "1 is none (${DEFAULT-VALUE})")
    double repetitionPenalty = 1;

    @Option(names = "--presence-penalty", defaultValue = "0", description = "0 is none (${DEFAULT-VALUE})")
    double presencePenalty;

    @Option(names = "--frequency-penalty", defaultValue = "0", description = "0 is none (${DEFAULT-VALUE})")
    double frequencyPenalty;

    @Option(names = "--seed", description = "the same seed gives the same text")
    @Nullable
    Long seed;

    @Option(names = "--stop", paramLabel = "TEXT", description = "end the answer before this text; may be repeated")
    List<String> stopStrings = new ArrayList<>();

    @Option(names = "--stop-token", paramLabel = "ID", description = "end the answer at this token; may be repeated")
    Set<Integer> stopTokens = new TreeSet<>();

    @Option(names = "--ignore-eos", description = "go on after an end token")
    boolean ignoreEos;

    SamplingSettings settings() {
        try {
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
                    List.copyOf(stopStrings),
                    Set.copyOf(stopTokens),
                    ignoreEos,
                    SamplingSettings.NO_LOGPROBS);
        } catch (IllegalArgumentException e) {
            throw new WrongInputException(String.valueOf(e.getMessage()), e);
        }
    }
}
