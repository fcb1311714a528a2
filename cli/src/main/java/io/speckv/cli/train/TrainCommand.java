package io.speckv.cli.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.client.Terminal;
import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.TextFile;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.training.Train;
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

/** Trains a small model from scratch, or distils a draft from a target. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = "Train a small target, or a draft on the target's predictions. The same command goes on with a"
                + " run that was stopped; --from begins another stage from what a run ended with.")
public final class TrainCommand implements Callable<Integer> {
    @Option(
            names = "--settings",
            converter = OptionPaths.InputFile.class,
            required = true,
            paramLabel = "FILE",
            description = "what the model becomes, such as training/settings/speckv-tiny-target.json")
    Path settings = Path.of("");

    @Mixin
    TrainingRunArguments run = new TrainingRunArguments();

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "begin with this run's weights and optimizer, or this model's weights, and its tokenizer; the"
                    + " tokens, the learning rate and the lengths begin anew (random weights)")
    @Nullable
    Path from;

    @Option(
            names = "--text",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "PATH",
            description = "text files or folders of 100 kB or more; may be repeated")
    List<Path> texts = List.of();

    @Option(
            names = "--tokenizer-of",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "take this model's tokenizer (one is learned from the texts)")
    @Nullable
    Path tokenizerOf;

    @Option(
            names = "--vocabulary",
            converter = Numbers.AtLeastOne.class,
            defaultValue = "1536",
            description = "of a tokenizer to learn (${DEFAULT-VALUE})")
    int vocabulary = 1536;

    @Option(
            names = "--distill",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "learn the predictions of this target")
    @Nullable
    Path distill;

    @Option(
            names = "--divergence",
            defaultValue = "kl",
            description = "what distillation minimises: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE})")
    Divergence divergence = Divergence.KL;

    @Option(
            names = "--export",
            converter = OptionPaths.OutputFolder.class,
            paramLabel = "DIR",
            description = "write the model as a Hugging Face folder")
    @Nullable
    Path export;

    @Option(
            names = "--measure",
            converter = Numbers.AtLeastZero.class,
            paramLabel = "N",
            defaultValue = "0",
            description = "recall of each kind and length on N fresh sequences at the end (${DEFAULT-VALUE})")
    int measured;

    @Override
    public Integer call() throws IOException {
        requireJson();
        ModelOptions options = run.options();
        DeviceName device = options.device();
        Train.Order order = WrongInputException.ifRefused(() -> new Train.Order(
                settings,
                run.out,
                Optional.ofNullable(from),
                texts,
                Optional.ofNullable(tokenizerOf),
                vocabulary,
                Optional.ofNullable(distill),
                divergence,
                device,
                options.precision(),
                run.limit(),
                Optional.ofNullable(export),
                measured));
        boolean terminal = Terminal.ofProcess().err();
        String endOfDrawnLine = terminal ? System.lineSeparator() : "";
        run.carryOut(new Train(order, System.err, terminal)::run, endOfDrawnLine);
        return 0;
    }

    private void requireJson() throws IOException {
        try {
            var unused = new ObjectMapper().readTree(TextFile.read(settings));
        } catch (JsonProcessingException e) {
            throw new WrongInputException(
                    "--settings " + settings + ": expected JSON of settings, found " + e.getOriginalMessage(), e);
        }
    }
}
