package io.speckv.training;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.training.torch.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * What a run begins with.
 *
 * @param state of the model and its optimizer
 * @param progress of the curriculum
 * @param told a description for the user, in one line
 */
record StartingPoint(TrainingState state, TrainingProgress progress, String told) {
    private static final String CONFIG = "config.json";

    /** The properties that two models must share if one can use the other's weights. */
    private static final List<Part> PARTS = List.of(
            new Part("architecture", ModelShape::architecture),
            new Part("layers", ModelShape::layers),
            new Part("hiddenSize", ModelShape::hiddenSize),
            new Part("intermediateSize", ModelShape::intermediateSize),
            new Part("heads", ModelShape::heads),
            new Part("kvHeads", ModelShape::kvHeads),
            new Part("headDim", ModelShape::headDim),
            new Part("ropeTheta", shape -> shape.rope().theta()),
            new Part("rmsNormEps", ModelShape::rmsNormEps),
            new Part("tiedEmbeddings", ModelShape::tiedEmbeddings),
            new Part("vocabulary", ModelShape::vocabSize));

    private record Part(String name, Function<ModelShape, Object> of) {}

    /** Returns random weights and a curriculum at its beginning. */
    static StartingPoint random(TrainingSettings settings, ModelShape shape) {
        return new StartingPoint(
                TrainingState.fresh(InitialWeights.of(shape, settings.seed())),
                TrainingProgress.beginning(settings.firstLevel()),
                "begins with random weights" + at(settings, settings.firstLevel()));
    }

    /**
     * Returns where the run in {@code folder} stopped.
     *
     * @throws CheckpointException if {@code settings} describe another model, or have too few lengths
     */
    static StartingPoint resumed(RunFolder folder, TrainingSettings settings, ModelShape shape) throws IOException {
        RunFolder.Checkpoint stopped = folder.checkpoint();
        requireSame(folder.settings(), shape, folder.shape(stopped.state()));
        TrainingProgress progress = stopped.progress();
        if (progress.level() >= settings.lengths().size()) {
            throw CheckpointException.ofFile(
                    folder.settings(),
                    "the settings that the run began with",
                    "others, by which it is at length " + (progress.level() + 1) + " of "
                            + settings.lengths().size());
        }
        String told = String.format(
                Locale.ROOT,
                "goes on with %s at %.2fM of %.1fM tokens",
                folder.folder(),
                progress.seen() / 1e6,
                settings.tokens() / 1e6);
        return new StartingPoint(stopped.state(), progress, told + at(settings, progress.level()));
    }

    /**
     * Returns the last state of {@code earlier}, and a curriculum at its beginning. A run's folder gives weights, optimizer
     * and number of updates, and a model's folder gives only weights.
     *
     * @throws CheckpointException if the folder has neither, or belongs to another model than {@code settings}
     */
    static StartingPoint after(Path earlier, TrainingSettings settings, ModelShape shape) throws IOException {
        int level = settings.firstLevel();
        requireIn(earlier);
        RunFolder run = new RunFolder(earlier);
        if (run.hasCheckpoint()) {
            RunFolder.Checkpoint ended = run.checkpoint();
            requireSame(run.settings(), shape, run.shape(ended.state()));
            String told = "begins from " + earlier + ", its optimizer after "
                    + ended.state().updates() + " updates included";
            return new StartingPoint(ended.state(), ended.progress().restarted(level), told + at(settings, level));
        }
        try (Checkpoint model = Checkpoint.open(earlier)) {
            requireSame(earlier.resolve(CONFIG), shape, model.shape());
            return new StartingPoint(
                    TrainingState.fresh(model.weights()),
                    TrainingProgress.beginning(level),
                    "begins from the weights in " + earlier + at(settings, level));
        }
    }

    /**
     * Returns normally if {@code earlier} is the folder of a run or of a model.
     *
     * @throws CheckpointException naming what is missing
     */
    static void requireIn(Path earlier) {
        if (!new RunFolder(earlier).hasCheckpoint() && !Files.exists(earlier.resolve(CONFIG))) {
            throw CheckpointException.ofFile(
                    earlier,
                    "a run (" + String.join(", ", RunFolder.CHECKPOINT) + ") or a model (" + CONFIG + ")",
                    Files.isDirectory(earlier) ? "neither" : "no such folder");
        }
    }

    private static void requireSame(Path file, ModelShape wanted, ModelShape found) {
        for (Part part : PARTS) {
            Object value = part.of().apply(wanted);
            if (!value.equals(part.of().apply(found))) {
                throw CheckpointException.ofFile(
                        file,
                        part.name() + " " + value + ", as the settings say",
                        part.name() + " " + part.of().apply(found));
            }
        }
    }

    private static String at(TrainingSettings settings, int level) {
        return ", at length " + settings.lengths().get(level);
    }
}
