package io.speckv.cli.train;

import io.speckv.cli.options.Numbers;
import io.speckv.cli.options.OptionPaths;
import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.training.PrunedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes some layers of a target as a new model. */
@Command(
        name = "prune",
        mixinStandardHelpOptions = true,
        description =
                "Write a smaller model of some of a target's layers, with its embeddings, head and tokenizer: what"
                        + " a draft can be distilled from where there is none.")
public final class PruneCommand implements Callable<Integer> {
    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "DIR",
            description = "model folder")
    Path target = Path.of("");

    @ArgGroup(multiplicity = "1")
    Layers layers = new Layers();

    @Option(
            names = "--out",
            converter = OptionPaths.OutputFolder.class,
            required = true,
            paramLabel = "DIR",
            description = "folder to write the model to")
    Path out = Path.of("");

    /** The layers to keep. */
    static final class Layers {
        @Option(
                names = "--layers",
                converter = Numbers.AtLeastOne.class,
                paramLabel = "N",
                description = "keep so many layers, evenly spaced, the first and the last among them")
        int count;

        @Option(
                names = "--keep",
                converter = Numbers.AtLeastZero.class,
                split = ",",
                paramLabel = "LAYER",
                description = "keep these layers, such as 0,3,6; counted from 0")
        @Nullable
        List<Integer> kept;
    }

    @Override
    public Integer call() throws IOException {
        List<Integer> named = layers.kept;
        PrunedModel model = WrongInputException.ifRefused(
                () -> named == null ? PrunedModel.evenly(target, layers.count) : PrunedModel.keeping(target, named));
        model.write(out);
        System.out.printf(
                Locale.ROOT,
                "layers %s of %s: %.1fM parameters in %s%n",
                model.kept(),
                target,
                WeightLayout.parameters(model.shape()) / 1e6,
                out);
        return 0;
    }
}
