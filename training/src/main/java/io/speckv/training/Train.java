package io.speckv.training;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.evals.words.WordList;
import io.speckv.training.bpe.BpeSettings;
import io.speckv.training.bpe.BpeTrainer;
import io.speckv.training.bpe.BpeVocabulary;
import io.speckv.training.bpe.TokenizerFiles;
import io.speckv.training.torch.Divergence;
import io.speckv.training.torch.TrainingGraph;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Trains a model, or continues a run that stopped. This is {@code ./speckv train}. */
public final class Train {
    private final Order order;
    private final PrintStream out;
    private final boolean terminal;

    /**
     * What to train, and where the result goes.
     *
     * @param settings file that determines the model
     * @param run folder of the run; one that holds a checkpoint is continued
     * @param from run or model from which a run without a checkpoint begins, with its tokenizer; without it, weights are
     *     random
     * @param texts files and folders of running text for vocabulary and haystacks
     * @param tokenizerOf folder whose tokenizer is used; without it, a vocabulary is learned from the texts
     * @param vocabulary size of a learned vocabulary in tokens
     * @param teacher checkpoint whose predictions are learned instead of the sequences' own tokens
     * @param divergence from the teacher that is minimised
     * @param export folder to write the model to
     * @param measured number of fresh sequences for measuring each kind and length at the end
     */
    public record Order(
            Path settings,
            Path run,
            Optional<Path> from,
            List<Path> texts,
            Optional<Path> tokenizerOf,
            int vocabulary,
            Optional<Path> teacher,
            Divergence divergence,
            DeviceName device,
            Precision precision,
            Limit limit,
            Optional<Path> export,
            int measured) {
        public Order {
            texts = List.copyOf(texts);
            if (from.isPresent() && tokenizerOf.isPresent()) {
                throw new IllegalArgumentException("the tokenizer is that of " + from.get() + "; name no other");
            }
            if (from.map(Order::absolute).equals(Optional.of(absolute(run)))) {
                throw new IllegalArgumentException("a stage that begins from " + run + " needs a folder of its own");
            }
            if (export.map(Order::absolute).equals(Optional.of(absolute(run)))) {
                throw new IllegalArgumentException("run and export need two folders, not " + run + " for both");
            }
        }

        private static Path absolute(Path folder) {
            return folder.toAbsolutePath().normalize();
        }
    }

    /**
     * Creates a run.
     *
     * @param out stream for the display of progress
     * @param terminal whether {@code out} is a terminal
     */
    public Train(Order order, PrintStream out, boolean terminal) {
        this.order = order;
        this.out = out;
        this.terminal = terminal;
    }

    /**
     * Trains, exports and measures, as ordered.
     *
     * @return how far the run has come
     * @throws IOException if a file cannot be read or written, or a setting is out of range; the message names it
     */
    public RunEnd run() throws IOException {
        TrainingSettings settings = TrainingSettings.read(order.settings);
        order.from.ifPresent(StartingPoint::requireIn);
        RunFolder folder = RunFolder.create(order.run);
        Corpus corpus = Corpus.read(order.texts);
        prepareTokenizer(folder, corpus, settings);
        try (TaskTokens text = new TaskTokens(folder.tokenizer())) {
            ModelShape shape = settings.shape(text.vocabulary());
            StartingPoint start = start(settings, folder, shape);
            out.println(start.told());
            folder.keepSettings(order.settings);
            RecallMix mix = new RecallMix(settings.recall(), text, WordList.bundled(), text.encode(corpus.prose()));
            for (int length : settings.lengths()) {
                mix.requireRoom(length);
            }
            return train(settings, folder, text, mix, shape, start);
        }
    }

    private void prepareTokenizer(RunFolder folder, Corpus corpus, TrainingSettings settings) throws IOException {
        if (order.from.isPresent() && !folder.hasCheckpoint()) {
            folder.takeTokenizer(order.from.get());
        } else if (!Files.exists(folder.tokenizer()) && order.tokenizerOf.isPresent()) {
            folder.takeTokenizer(order.tokenizerOf.get());
        } else if (!Files.exists(folder.tokenizer())) {
            BpeVocabulary vocabulary = BpeTrainer.train(
                    List.of(corpus.forVocabulary(WordList.bundled())), BpeSettings.chat(order.vocabulary));
            TokenizerFiles.write(folder.folder(), vocabulary, settings.maxPositions());
        }
    }

    private StartingPoint start(TrainingSettings settings, RunFolder folder, ModelShape shape) throws IOException {
        if (folder.hasCheckpoint()) {
            return StartingPoint.resumed(folder, settings, shape);
        }
        if (order.from.isEmpty()) {
            return StartingPoint.random(settings, shape);
        }
        StartingPoint start = StartingPoint.after(order.from.get(), settings, shape);
        folder.takeLog(order.from.get());
        return start;
    }

    private RunEnd train(
            TrainingSettings settings,
            RunFolder folder,
            TaskTokens text,
            RecallMix mix,
            ModelShape shape,
            StartingPoint start)
            throws IOException {
        Optional<TrainingGraph> teacher = order.teacher.map(this::open);
        try (TrainingGraph graph = TrainingGraph.open(shape, order.device, order.precision, start.state())) {
            Curriculum lessons = new Curriculum(
                    settings, teacher.map(target -> new Curriculum.Teacher(target, order.divergence)), mix);
            TrainingDisplay display = new TrainingDisplay(out, terminal);
            TrainingLoop loop = new TrainingLoop(lessons, graph, folder, start.progress(), display);
            loop.run(order.limit);
            if (loop.isStopped()) {
                return loop.end();
            }
            if (order.export.isPresent()) {
                Set<Integer> ends = Set.of(text.end(), text.turnEnd());
                folder.export(order.export.get(), shape, graph.state().weights(), ends);
            }
            if (order.measured > 0) {
                measure(settings, graph, mix);
            }
            return loop.end();
        } finally {
            teacher.ifPresent(TrainingGraph::close);
        }
    }

    private TrainingGraph open(Path folder) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return TrainingGraph.frozen(checkpoint.shape(), order.device, order.precision, checkpoint.weights());
        }
    }

    private void measure(TrainingSettings settings, TrainingGraph graph, RecallMix mix) {
        for (int length : settings.lengths()) {
            for (RecallMix.Kind kind : RecallMix.Kind.values()) {
                if (mix.fits(kind, length)) {
                    double share = Recall.of(graph, mix, kind, length, order.measured, new Random(length + 31L));
                    String name = kind.name().toLowerCase(Locale.ROOT);
                    out.printf(Locale.ROOT, "length %d, %s: %.3f%n", length, name, share);
                }
            }
        }
    }
}
