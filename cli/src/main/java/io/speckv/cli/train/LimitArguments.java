package io.speckv.cli.train;

import io.speckv.cli.options.Numbers;
import io.speckv.training.Limit;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options that stop a training run before its tokens are used up. */
final class LimitArguments {
    @Option(
            names = "--minutes",
            converter = Numbers.Minutes.class,
            paramLabel = "N",
            description = "stop after so long, to go on later (no limit)")
    Duration time = Limit.NONE.time();

    @Option(
            names = "--stop-at",
            converter = Numbers.LongAtLeastOne.class,
            paramLabel = "TOKENS",
            description = "stop there, to go on later (no limit)")
    long tokens = Limit.NONE.tokens();

    Limit limit() {
        return new Limit(time, tokens);
    }
}
