package io.speckv.cli.train;

import io.speckv.cli.client.Terminal;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.ModelOptions;
import io.speckv.training.Distill;
import io.speckv.training.DistillSettings;
import io.speckv.training.torch.Divergence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Teaches a draft its target's predictions of running text. */
@Command(
        name = "distill",
        mixinStandardHelpOptions = true,
        description = "Teach a draft its target's predictions of running text, such as one that prune wrote. The same"
                + " command goes on with a run that was stopped.")
public final class DistillCommand implements Callable<Integer> {
    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "DIR",
            description = "model whose predictions are learned")
    Path target = Path.of("");

    @Option(
            names = "--draft",
            converter = OptionPaths.InputFolder.class,
            required = true,
            paramLabel = "DIR",
            description = "model folder to begin from")
    Path draft = Path.of("");

    @Option(
            names = "--text",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "PATH",
            description = "text files or folders of them; may be repeated")
    List<Path> texts = List.of();

    @Option(
            names = "--held-out",
            converter = OptionPaths.Input.class,
            paramLabel = "PATH",
            description = "text files or folders to measure on, not to train on; may be repeated (the last twentieth of"
                    + " the texts)")
    List<Path> heldOut = List.of();

    @Mixin
    TrainingRunArguments run = new TrainingRunArguments();

    @Option(
            names = "--tokens",
            converter = Numbers.LongAtLeastOne.class,
            defaultValue = "2000000",
            paramLabel = "N",
            description = "to train on; the learning rate has fallen when they are used up (${DEFAULT-VALUE})")
    long tokens;

    @Option(
            names = "--length",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "512",
            paramLabel = "TOKENS",
            description = "of a window of text (${DEFAULT-VALUE})")
    int length;

    @Option(
            names = "--step-tokens",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "2048",
            paramLabel = "N",
            description = "tokens between two updates of the weights (${DEFAULT-VALUE})")
    int stepTokens;

    @Option(
            names = "--rate",
            converter = Numbers.AboveZero.class,
            defaultValue = "5e-4",
            description = "highest learning rate (${DEFAULT-VALUE})")
    double rate;

    @Option(
            names = "--repeats",
            converter = Numbers.ZeroToOne.class,
            defaultValue = "0.25",
            paramLabel = "SHARE",
            description = "of the windows in which earlier stretches come again, to be looked up (${DEFAULT-VALUE})")
    double repeats;

    @Option(
            names = "--divergence",
            defaultValue = "kl",
            description = "what is minimised: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    Divergence divergence = Divergence.KL;

    @Option(names = "--seed", defaultValue = "1", description = "of the windows (${DEFAULT-VALUE})")
    long seed;

    @Option(
            names = "--export",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "write the draft as a Hugging Face folder in bf16")
    @Nullable
    Path export;

    @Override
    public Integer call() throws IOException {
        ModelOptions options = run.options();
        Distill.Order order = WrongInputException.ifRefused(() -> new Distill.Order(
                target,
                draft,
                run.out,
                texts,
                heldOut,
                new DistillSettings(tokens, length, stepTokens, rate, repeats, divergence, seed),
                options,
                run.limit(),
                Optional.ofNullable(export)));
        run.carryOut(new Distill(order, System.err, Terminal.ofProcess().err())::run, "");
        return 0;
    }
}
