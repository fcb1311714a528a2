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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Trains a model, or continues a run that stopped; the program behind {@code speckv train}.
 *
 * <pre>
 * train --settings FILE --out FOLDER --text PATH [--text PATH ...] [--vocabulary 1536] [--tokenizer-of FOLDER]
 *       [--distill FOLDER] [--divergence kl|total_variation|total_variation_reduced]
 *       [--device cpu] [--dtype auto] [--minutes N] [--export FOLDER] [--measure SAMPLES]
 * </pre>
 */
public final class Train {
    private final Map<String, List<String>> options = new HashMap<>();

    private Train(String[] arguments) {
        for (int i = 0; i < arguments.length; i += 2) {
            if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
                throw new IllegalArgumentException("expected --option value, found " + arguments[i]);
            }
            options.computeIfAbsent(arguments[i].substring(2), key -> new ArrayList<>())
                    .add(arguments[i + 1]);
        }
    }

    public static void main(String[] arguments) throws IOException {
        new Train(arguments).run();
    }

    private void run() throws IOException {
        Path settingsFile = Path.of(required("settings"));
        TrainingSettings settings = TrainingSettings.read(settingsFile);
        RunFolder folder = new RunFolder(Path.of(required("out")));
        folder.keepSettings(settingsFile);
        Corpus corpus = Corpus.read(
                options.getOrDefault("text", List.of()).stream().map(Path::of).toList());
        prepareTokenizer(folder, corpus, settings);
        try (TaskTokens text = new TaskTokens(folder.tokenizer())) {
            RecallMix mix = new RecallMix(text, corpus.words(), text.encode(corpus.prose()));
            train(settings, folder, text, mix, settings.shape(text.vocabulary()));
        }
    }

    private void prepareTokenizer(RunFolder folder, Corpus corpus, TrainingSettings settings) throws IOException {
        if (Files.exists(folder.tokenizer())) {
            return;
        }
        List<String> shared = options.getOrDefault("tokenizer-of", List.of());
        if (shared.isEmpty()) {
            int size = Integer.parseInt(optional("vocabulary", "1536"));
            BpeVocabulary vocabulary = BpeTrainer.train(List.of(corpus.forVocabulary()), BpeSettings.chat(size));
            TokenizerFiles.write(folder.folder(), vocabulary, settings.maxPositions());
            return;
        }
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(Path.of(shared.get(0)).resolve(file), folder.folder().resolve(file));
        }
    }

    private void train(TrainingSettings settings, RunFolder folder, TaskTokens text, RecallMix mix, ModelShape shape)
            throws IOException {
        DeviceName device = DeviceName.parse(optional("device", "cpu"));
        Precision precision = Precision.parse(optional("dtype", "auto"));
        Progress progress = folder.progress().orElse(Progress.START);
        TrainingState state = folder.progress().isPresent()
                ? folder.state()
                : TrainingState.fresh(InitialWeights.of(shape, settings.seed()));
        Optional<TrainingGraph> teacher = Optional.ofNullable(options.get("distill"))
                .map(target -> teacher(Path.of(target.get(0)), device, precision));
        Divergence divergence = Divergence.valueOf(optional("divergence", "kl").toUpperCase(Locale.ROOT));
        try (TrainingGraph graph = TrainingGraph.open(shape, device, precision, state)) {
            Optional<TrainingLoop.Teacher> lessons =
                    teacher.map(target -> new TrainingLoop.Teacher(target, divergence));
            Duration limit = Duration.ofMinutes(Long.parseLong(optional("minutes", "100000")));
            new TrainingLoop(settings, graph, lessons, mix, folder, progress, System.out).run(limit);
            if (options.containsKey("export")) {
                folder.export(
                        Path.of(required("export")),
                        shape,
                        graph.state().weights(),
                        Set.of(text.end(), text.turnEnd()));
            }
            measure(settings, graph, mix, Integer.parseInt(optional("measure", "0")));
        } finally {
            teacher.ifPresent(TrainingGraph::close);
        }
    }

    private static TrainingGraph teacher(Path folder, DeviceName device, Precision precision) {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            return TrainingGraph.open(checkpoint.shape(), device, precision, TrainingState.fresh(checkpoint.weights()));
        }
    }

    private static void measure(TrainingSettings settings, TrainingGraph graph, RecallMix mix, int samples) {
        if (samples == 0) {
            return;
        }
        for (int length : settings.lengths()) {
            for (RecallMix.Kind kind : RecallMix.Kind.values()) {
                if (length >= kind.shortest()) {
                    double share = Recall.of(graph, mix, kind, length, samples, new Random(length + 31L));
                    System.out.printf(
                            Locale.ROOT,
                            "length %d, %s: %.3f%n",
                            length,
                            kind.name().toLowerCase(Locale.ROOT),
                            share);
                }
            }
        }
    }

    private String required(String key) {
        List<String> values = options.getOrDefault(key, List.of());
        if (values.size() != 1) {
            throw new IllegalArgumentException("give --" + key + " once");
        }
        return values.get(0);
    }

    private String optional(String key, String otherwise) {
        return options.containsKey(key) ? required(key) : otherwise;
    }
}
