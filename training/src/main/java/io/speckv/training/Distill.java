package io.speckv.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.engine.torch.CpuThreads;
import io.speckv.text.Tokenizer;
import io.speckv.training.torch.TrainableLayers;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.TrainingState;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Trains a draft to make its target's predictions of running text. This is {@code ./speckv distill}. */
public final class Distill {
    private final Order order;
    private final PrintStream out;
    private final boolean terminal;

    /**
     * Which draft learns from which target, and where the result goes.
     *
     * @param target folder or GGUF file whose predictions are learned
     * @param draft folder from which a run without a checkpoint begins
     * @param run folder of the run; one that holds a checkpoint is continued
     * @param texts files and folders of running text
     * @param heldOut files and folders that are used for measuring and not for training; empty for the end of the texts
     * @param options device, precision and threads
     * @param export folder to write the draft to
     */
    public record Order(
            Path target,
            Path draft,
            Path run,
            List<Path> texts,
            List<Path> heldOut,
            DistillSettings settings,
            ModelOptions options,
            Limit limit,
            Optional<Path> export) {
        public Order {
            texts = List.copyOf(texts);
            heldOut = List.copyOf(heldOut);
            if (options.precision() == Precision.INT8) {
                throw new IllegalArgumentException("dtype is int8; train in auto, fp32 or bf16");
            }
            for (Path read : List.of(target, draft)) {
                if (absolute(read).equals(absolute(run))
                        || export.map(Order::absolute).equals(Optional.of(absolute(read)))) {
                    throw new IllegalArgumentException("run and export need folders of their own, not " + read);
                }
            }
            if (export.map(Order::absolute).equals(Optional.of(absolute(run)))) {
                throw new IllegalArgumentException("run and export need two folders, not " + run + " for both");
            }
        }

        private static Path absolute(Path folder) {
            return folder.toAbsolutePath().normalize();
        }
    }

    /** The models and settings that a run's folder stores. A run can be continued only with the same models. */
    private record Kept(String target, String draft, DistillSettings settings) {}

    private record Started(TrainingGraph draft, TrainingProgress progress, String told) {}

    /**
     * Creates a run.
     *
     * @param out stream for the display of progress
     * @param terminal whether {@code out} is a terminal
     */
    public Distill(Order order, PrintStream out, boolean terminal) {
        this.order = order;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Trains, measures before, during and after training, and exports, as ordered.
     *
     * @return how far the run has come
     * @throws CheckpointException if a model cannot be read or trained, the two do not fit together, or the run belongs to
     *     other models
     * @throws IOException if a file cannot be read or written, or the texts are too short
     */
    public RunEnd run() throws IOException {
        CpuThreads.use(order.options.cpuThreads());
        try (Checkpoint target = Checkpoint.open(order.target);
                Checkpoint draft = openDraft();
                Tokenizer tokenizer = Tokenizer.open(order.draft)) {
            requireTrainable(target);
            requireTrainable(draft);
            requireOneVocabulary(target, draft, tokenizer);
            int length = order.settings.length();
            requirePositions(target, length);
            requirePositions(draft, length);
            TextTokens text = TextTokens.read(tokenizer, order.texts, order.heldOut, length);
            RunFolder folder = RunFolder.create(order.run);
            Kept kept = new Kept(target.weightsFingerprint(), draft.weightsFingerprint(), order.settings);
            if (folder.hasCheckpoint()) {
                requireSameModels(folder, kept);
            }
            folder.keepSettings(kept);
            folder.takeTokenizer(order.draft);
            return train(target, draft, folder, text);
        }
    }

    private Checkpoint openDraft() {
        if (Files.isRegularFile(order.draft)) {
            throw CheckpointException.ofFile(
                    order.draft, "the folder of a draft, as only folders are written", "a file");
        }
        return Checkpoint.open(order.draft);
    }

    private RunEnd train(Checkpoint target, Checkpoint draft, RunFolder folder, TextTokens text) throws IOException {
        try (TrainingGraph teacher = TrainingGraph.frozen(
                target.shape(), order.options.device(), order.options.precision(), target.weights())) {
            Started started = start(draft, folder);
            try (TrainingGraph student = started.draft) {
                out.printf(
                        Locale.ROOT,
                        "%s; %.2fM tokens of text, %.2fM held out%n",
                        started.told,
                        text.trained().length / 1e6,
                        text.heldOut().length / 1e6);
                TextLessons lessons =
                        new TextLessons(order.settings, new TextWindows(text, order.settings.length()), teacher);
                TrainingLoop loop = new TrainingLoop(
                        lessons, student, folder, started.progress, new TrainingDisplay(out, terminal));
                if (student.updates() == 0) {
                    loop.measure();
                }
                loop.run(order.limit);
                if (loop.isStopped()) {
                    return loop.end();
                }
                loop.measure();
                if (order.export.isPresent()) {
                    folder.export(
                            order.export.get(), student.shape(), student.state().weights(), draft.endTokens());
                    ModelFiles.copyGeneration(order.draft, order.export.get());
                }
                return loop.end();
            }
        }
    }

    private Started start(Checkpoint draft, RunFolder folder) throws IOException {
        if (folder.hasCheckpoint()) {
            RunFolder.Checkpoint stopped = folder.checkpoint();
            String told = String.format(
                    Locale.ROOT,
                    "goes on with %s at %.2fM of %.1fM tokens",
                    folder.folder(),
                    stopped.progress().seen() / 1e6,
                    order.settings.tokens() / 1e6);
            return new Started(open(draft, stopped.state()), stopped.progress(), told);
        }
        return new Started(
                open(draft, TrainingState.fresh(draft.weights())),
                TrainingProgress.beginning(0),
                "begins from the weights in " + order.draft);
    }

    private TrainingGraph open(Checkpoint draft, TrainingState state) {
        return TrainingGraph.open(draft.shape(), order.options.device(), order.options.precision(), state);
    }

    private void requireOneVocabulary(Checkpoint target, Checkpoint draft, Tokenizer tokenizer) {
        try (Tokenizer targets = Tokenizer.open(order.target)) {
            if (!targets.fingerprint().equals(tokenizer.fingerprint())) {
                throw CheckpointException.ofFile(order.draft, "the tokenizer of " + order.target, "another one");
            }
        }
        if (target.shape().vocabSize() != draft.shape().vocabSize()) {
            throw CheckpointException.ofKey(
                    order.draft.resolve(ModelConfig.CONFIG),
                    "vocab_size",
                    target.shape().vocabSize() + ", as the target has",
                    Integer.toString(draft.shape().vocabSize()));
        }
    }

    private static void requireTrainable(Checkpoint model) {
        TrainableLayers.obstacle(model.shape()).ifPresent(obstacle -> {
            throw CheckpointException.ofFile(
                    model.folder(), "a model that can be trained (" + TrainableLayers.WHAT_CAN_BE + ")", obstacle);
        });
    }

    private static void requirePositions(Checkpoint model, int length) {
        if (model.shape().maxPositions() < length) {
            throw CheckpointException.ofFile(
                    model.folder(),
                    "positions for windows of " + length + " tokens",
                    model.shape().maxPositions() + " positions");
        }
    }

    private static void requireSameModels(RunFolder folder, Kept now) throws IOException {
        Kept before;
        try {
            before = JsonMapper.builder().build().readValue(folder.settings().toFile(), Kept.class);
        } catch (JsonProcessingException e) {
            throw CheckpointException.ofFile(folder.settings(), "the settings of a distillation", "others", e);
        }
        if (!before.target.equals(now.target)) {
            throw CheckpointException.ofFile(folder.settings(), "the target that the run began with", "another");
        }
        if (!before.draft.equals(now.draft)) {
            throw CheckpointException.ofFile(folder.settings(), "the draft that the run began with", "another");
        }
    }
}
