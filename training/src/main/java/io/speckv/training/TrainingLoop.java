package io.speckv.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.training.torch.Divergence;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.WeightedTokens;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Copying first, then recall at lengths that double as they are learned; checkpoints on the way.
 *
 * <p>Every step's sequences depend on the seed and the step's number alone, so a resumed run continues as if it had not
 * stopped.
 */
final class TrainingLoop {
    private static final int REPORT_STEPS = 50;
    private static final int MEASURE_STEPS = 150;
    private static final int MEASURED_SEQUENCES = 32;
    private static final Set<RecallMix.Kind> SETS_THE_PACE =
            EnumSet.complementOf(EnumSet.of(RecallMix.Kind.HEXADECIMAL));
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMinutes(3);

    private final TrainingSettings settings;
    private final TrainingGraph graph;
    private final Optional<Teacher> teacher;
    private final RecallMix mix;
    private final RunFolder folder;
    private final TrainingDisplay display;

    private TrainingProgress progress;
    private double recallLoss = Double.NaN;
    private long started = System.nanoTime();
    private long seenAtStart;

    /** The teacher that a draft learns from. */
    record Teacher(TrainingGraph graph, Divergence divergence) {}

    TrainingLoop(
            TrainingSettings settings,
            TrainingGraph graph,
            Optional<Teacher> teacher,
            RecallMix mix,
            RunFolder folder,
            TrainingProgress progress,
            TrainingDisplay display) {
        this.settings = settings;
        this.graph = graph;
        this.teacher = teacher;
        this.mix = mix;
        this.folder = folder;
        this.progress = progress;
        this.seenAtStart = progress.seen();
        this.display = display;
    }

    /** Trains until the settings' tokens are used up or {@code limit} is reached, and saves a checkpoint. */
    void run(Limit limit) throws IOException {
        started = System.nanoTime();
        seenAtStart = progress.seen();
        long saved = started;
        long most = Math.min(settings.tokens(), limit.tokens());
        while (progress.seen() < most
                && System.nanoTime() - started < limit.time().toNanos()) {
            advance();
            if (System.nanoTime() - saved > BETWEEN_CHECKPOINTS.toNanos()) {
                save();
                saved = System.nanoTime();
            }
        }
        save();
    }

    /** Takes one step, and reports and measures when it is time to. */
    void advance() throws IOException {
        step();
        if (graph.updates() % REPORT_STEPS == 0) {
            report();
        }
        if (graph.updates() % MEASURE_STEPS == 0) {
            measure();
        }
    }

    /** Writes a checkpoint. */
    void save() throws IOException {
        folder.save(graph.shape(), graph.state(), progress);
    }

    private void step() {
        Random random = new Random(settings.seed() * 1_000_003 + graph.updates());
        random.nextLong();
        int copyingTenths = progress.copyingLoss() < settings.copyingUntil() ? 1 : 9;
        boolean copying = random.nextInt(10) < copyingTenths;
        int level = progress.level();
        if (level > 0 && random.nextInt(10) < 3) {
            level = random.nextInt(level);
        }
        int length = copying
                ? Math.min(256, settings.lengths().get(level))
                : settings.lengths().get(level);
        WeightedTokens batch = batch(length, copying, random);
        double loss = teacher.isPresent() && !copying
                ? graph.imitate(batch, teacher.get().graph(), teacher.get().divergence())
                : graph.learn(batch);
        graph.update(settings.optimizer(graph.updates(), progress.seen()));
        progress = progress.after(batch.count());
        if (copying) {
            progress = progress.copied(loss);
        } else {
            recallLoss = Double.isNaN(recallLoss) ? loss : 0.95 * recallLoss + 0.05 * loss;
        }
    }

    private WeightedTokens batch(int length, boolean copying, Random random) {
        int sequences = Math.max(1, settings.tokensPerStep() / length);
        int[][] tokens = new int[sequences][];
        float[][] weights = new float[sequences][];
        for (int i = 0; i < sequences; i++) {
            Example example =
                    copying ? mix.copying(length, random) : mix.recall(length, mix.kind(length, random), random);
            tokens[i] = example.tokens();
            weights[i] = example.weights();
        }
        return new WeightedTokens(tokens, weights);
    }

    private void measure() throws IOException {
        int length = settings.lengths().get(progress.level());
        Random random = new Random(~settings.seed() * 7_919 + graph.updates());
        Recall recall = Recall.measure(graph, mix, length, MEASURED_SEQUENCES, settings.tokensPerStep(), random);
        ObjectNode line = folder.line()
                .put("step", graph.updates())
                .put("tokens", progress.seen())
                .put("length", length)
                .put("recall", recall.share());
        ObjectNode kinds = line.putObject("by_kind");
        recall.byKind().forEach((kind, share) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), share));
        folder.log(line);
        display.recalled(graph.updates(), length, recall);
        boolean learned = recall.shareOf(SETS_THE_PACE) >= settings.recallToAdvance();
        boolean stayed = progress.copyingLoss() < settings.copyingUntil()
                && progress.seen() - progress.seenBeforeLevel() > settings.longestStay() * settings.tokens();
        if ((learned || stayed) && progress.level() + 1 < settings.lengths().size()) {
            progress = progress.advanced();
        }
    }

    private void report() throws IOException {
        double seconds = (System.nanoTime() - started) / 1e9;
        double speed = (progress.seen() - seenAtStart) / seconds;
        double rate = settings.optimizer(graph.updates(), progress.seen()).rate();
        folder.log(folder.line()
                .put("step", graph.updates())
                .put("tokens", progress.seen())
                .put("length", settings.lengths().get(progress.level()))
                .put("copying_loss", progress.copyingLoss())
                .put("recall_loss", recallLoss)
                .put("rate", rate)
                .put("tokens_per_second", speed));
        display.status(String.format(
                Locale.ROOT,
                "step %d, %.2fM of %.1fM tokens, length %d: copying %.3f, recall %.3f, rate %.2e, %.0f tokens/s, %s left",
                graph.updates(),
                progress.seen() / 1e6,
                settings.tokens() / 1e6,
                settings.lengths().get(progress.level()),
                progress.copyingLoss(),
                recallLoss,
                rate,
                speed,
                Duration.ofSeconds((long) ((settings.tokens() - progress.seen()) / speed))));
    }
}
