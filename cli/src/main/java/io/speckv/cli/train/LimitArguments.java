package io.speckv.cli.train;

import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.training.Limit;
import io.speckv.training.RunEnd;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
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

    /** Returns how far a run has come and, if it is not at its end, the command that goes on. */
    String told(RunEnd end, @Nullable CommandSpec command) {
        if (end.isComplete()) {
            return String.format(Locale.ROOT, "all %,d tokens are used up (step %d)", end.tokens(), end.steps());
        }
        String higher = end.seen() >= tokens ? " and a higher --stop-at" : "";
        return String.format(
                Locale.ROOT,
                "stopped at %,d of %,d tokens (step %d); it goes on with the same command%s:%n  %s",
                end.seen(),
                end.tokens(),
                end.steps(),
                higher,
                RepeatedCommand.of(command));
    }
}
