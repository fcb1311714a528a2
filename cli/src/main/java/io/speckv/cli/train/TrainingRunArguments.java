package io.speckv.cli.train;

import io.speckv.cli.options.ModelArguments;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.RepeatedCommand;
import io.speckv.engine.ModelOptions;
import io.speckv.training.Limit;
import io.speckv.training.RunEnd;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Options of every training run: its folder, how models are opened, and what stops it before its tokens are used up. What a
 * run learns from and how differs from command to command, and so do the words for it: those options stay with their command.
 */
final class TrainingRunArguments {
    @Option(
            names = "--out",
            converter = OptionPaths.OutputFolder.class,
            required = true,
            paramLabel = "DIR",
            description = "folder of the run: checkpoint and log")
    Path out = Path.of("");

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

    @Mixin
    ModelArguments models = new ModelArguments();

    private final StopRequest stop = new StopRequest();

    @Spec(Spec.Target.MIXEE)
    @Nullable
    CommandSpec command;

    /** Returns the limit of the options, or of a signal if that comes before. */
    Limit limit() {
        return new Limit(time, tokens, stop::isAsked);
    }

    ModelOptions options() {
        return models.options();
    }

    /**
     * Runs until the end or the limit and says how far it came. A signal stops it after the step in hand, with a checkpoint.
     *
     * @param before said before, such as the end of a drawn line
     */
    void carryOut(TrainingRun run, String before) throws IOException {
        stop.watch();
        try {
            System.err.println(before + told(run.run()));
        } finally {
            stop.runIsOver();
        }
    }

    /** A run of training. */
    interface TrainingRun {
        RunEnd run() throws IOException;
    }

    /** Returns how far a run has come and, if it is not at its end, the command that goes on. */
    private String told(RunEnd end) {
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
