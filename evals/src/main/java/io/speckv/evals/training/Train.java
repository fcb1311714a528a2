package io.speckv.evals.training;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.ModelShape;
import io.speckv.engine.torch.Divergence;
import io.speckv.engine.torch.TrainingGraph;
import io.speckv.engine.torch.TrainingState;
import io.speckv.evals.bpe.BpeSettings;
import io.speckv.evals.bpe.BpeTrainer;
import io.speckv.evals.bpe.BpeVocabulary;
import io.speckv.evals.bpe.TokenizerFiles;
import io.speckv.evals.words.WordList;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Trains a model, or continues a run that stopped; what {@code ./speckv train} does. */
public final class Train {
    private final Order order;
    private final PrintStream out;
    private final boolean terminal;

    /**
     * What to train, and where the result goes.
     *
     * @param settings file that decides what the model becomes
     * @param run folder of the run; one that holds a checkpoint is continued
     * @param texts files and folders of running text for vocabulary and haystacks
     * @param tokenizerOf folder whose tokenizer is taken; a vocabulary is learned from the texts without it
     * @param vocabulary tokens of a vocabulary that is learned
     * @param teacher checkpoint whose predictions are learned instead of the texts' own tokens
     * @param divergence what learning from the teacher minimises
     * @param limit time after which the run stops with a checkpoint
     * @param export folder to write the model to
     * @param measured fresh sequences to measure each kind and length by at the end
     */
    public record Order(
            Path settings,
            Path run,
            List<Path> texts,
            Optional<Path> tokenizerOf,
            int vocabulary,
            Optional<Path> teacher,
            Divergence divergence,
            DeviceName device,
            Precision precision,
            Duration limit,
            Optional<Path> export,
            int measured) {
        public Order {
            texts = List.copyOf(texts);
        }
    }

    /**
     * Creates a run.
     *
     * @param out where progress is shown
     * @param terminal whether it is a terminal
     */
    public Train(Order order, PrintStream out, boolean terminal) {
        this.order = order;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Trains, exports and measures, as ordered.
     *
     * @throws IOException if a file cannot be read or written, or a setting is out of range; the message names it
     */
    public void run() throws IOException {
        TrainingSettings settings = TrainingSettings.read(order.settings);
        RunFolder folder = new RunFolder(order.run);
        folder.keepSettings(order.settings);
        Corpus corpus = Corpus.read(order.texts);
        prepareTokenizer(folder, corpus, settings);
        try (TaskTokens text = new TaskTokens(folder.tokenizer())) {
            RecallMix mix = new RecallMix(text, WordList.bundled(), text.encode(corpus.prose()));
            train(settings, folder, text, mix, settings.shape(text.vocabulary()));
        }
    }

    private void prepareTokenizer(RunFolder folder, Corpus corpus, TrainingSettings settings) throws IOException {
        if (Files.exists(folder.tokenizer())) {
            return;
        }
        if (order.tokenizerOf.isEmpty()) {
            BpeVocabulary vocabulary = BpeTrainer.train(
                    List.of(corpus.forVocabulary(WordList.bundled())), BpeSettings.chat(order.vocabulary));
            TokenizerFiles.write(folder.folder(), vocabulary, settings.maxPositions());
            return;
        }
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(order.tokenizerOf.get().resolve(file), folder.folder().resolve(file));
        }
    }

    private void train(TrainingSettings settings, RunFolder folder, TaskTokens text, RecallMix mix, ModelShape shape)
            throws IOException {
        Progress progress = folder.progress().orElse(Progress.START);
        TrainingState state = folder.progress().isPresent()
                ? folder.state()
                : TrainingState.fresh(InitialWeights.of(shape, settings.seed()));
        Optional<TrainingGraph> teacher = order.teacher.map(this::open);
        try (TrainingGraph graph = TrainingGraph.open(shape, order.device, order.precision, state)) {
            Optional<TrainingLoop.Teacher> lessons =
                    teacher.map(target -> new TrainingLoop.Teacher(target, order.divergence));
            TrainingDisplay display = new TrainingDisplay(out, terminal);
            new TrainingLoop(settings, graph, lessons, mix, folder, progress, display).run(order.limit);
            if (order.export.isPresent()) {
                Set<Integer> ends = Set.of(text.end(), text.turnEnd());
                folder.export(order.export.get(), shape, graph.state().weights(), ends);
            }
            if (order.measured > 0) {
                measure(settings, graph, mix);
            }
        } finally {
            teacher.ifPresent(TrainingGraph::close);
        }
    }

    private TrainingGraph open(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return TrainingGraph.open(
                    checkpoint.shape(), order.device, order.precision, TrainingState.fresh(checkpoint.weights()));
        }
    }

    private void measure(TrainingSettings settings, TrainingGraph graph, RecallMix mix) {
        for (int length : settings.lengths()) {
            for (RecallMix.Kind kind : RecallMix.Kind.values()) {
                if (length >= kind.shortest()) {
                    double share = Recall.of(graph, mix, kind, length, order.measured, new Random(length + 31L));
                    String name = kind.name().toLowerCase(Locale.ROOT);
                    out.printf(Locale.ROOT, "length %d, %s: %.3f%n", length, name, share);
                }
            }
        }
    }
}
