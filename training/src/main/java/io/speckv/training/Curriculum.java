package io.speckv.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.training.torch.Divergence;
import io.speckv.training.torch.TrainingGraph;
import io.speckv.training.torch.WeightedTokens;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** The lessons of the bundled pair: first copying, then recall at increasing lengths, each when the one before is learned. */
final class Curriculum implements Lessons {
    private static final int MEASURE_STEPS = 150;
    private static final int MEASURED_SEQUENCES = 32;
    private static final Set<RecallMix.Kind> SETS_THE_PACE =
            EnumSet.complementOf(EnumSet.of(RecallMix.Kind.HEXADECIMAL));

    private final TrainingSettings settings;
    private final Optional<Teacher> teacher;
    private final RecallMix mix;

    private double recallLoss = Double.NaN;

    /** The teacher that a draft learns recall from. */
    record Teacher(TrainingGraph graph, Divergence divergence) {}

    Curriculum(TrainingSettings settings, Optional<Teacher> teacher, RecallMix mix) {
        this.settings = settings;
        this.teacher = teacher;
        this.mix = mix;
    }

    @Override
    public RateSchedule schedule() {
        return settings.schedule();
    }

    @Override
    public int stepsBetweenMeasures() {
        return MEASURE_STEPS;
    }

    @Override
    public TrainingProgress teach(TrainingGraph graph, TrainingProgress progress) {
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
        TrainingProgress after = progress.after(batch.count());
        if (copying) {
            return after.copied(loss);
        }
        recallLoss = Double.isNaN(recallLoss) ? loss : 0.95 * recallLoss + 0.05 * loss;
        return after;
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

    @Override
    public String report(TrainingProgress progress, ObjectNode line) {
        int length = settings.lengths().get(progress.level());
        line.put("length", length).put("copying_loss", progress.copyingLoss()).put("recall_loss", recallLoss);
        return String.format(
                Locale.ROOT, "length %d: copying %.3f, recall %.3f", length, progress.copyingLoss(), recallLoss);
    }

    @Override
    public Measured measure(TrainingGraph graph, TrainingProgress progress, ObjectNode line) {
        int length = settings.lengths().get(progress.level());
        Random random = new Random(~settings.seed() * 7_919 + graph.updates());
        Recall recall = Recall.measure(graph, mix, length, MEASURED_SEQUENCES, settings.tokensPerStep(), random);
        line.put("length", length).put("recall", recall.share());
        ObjectNode kinds = line.putObject("by_kind");
        recall.byKind().forEach((kind, share) -> kinds.put(kind.name().toLowerCase(Locale.ROOT), share));
        boolean learned = recall.shareOf(SETS_THE_PACE) >= settings.recallToAdvance();
        boolean stayed = progress.copyingLoss() < settings.copyingUntil()
                && progress.seen() - progress.seenBeforeLevel() > settings.longestStay() * settings.tokens();
        boolean advances =
                (learned || stayed) && progress.level() + 1 < settings.lengths().size();
        return new Measured(told(length, recall), advances ? progress.advanced() : progress);
    }

    private static String told(int length, Recall recall) {
        StringBuilder told = new StringBuilder();
        told.append(String.format(Locale.ROOT, "recall at %d tokens %.3f:", length, recall.share()));
        recall.byKind()
                .forEach((kind, share) -> told.append(
                        String.format(Locale.ROOT, " %s %.2f", kind.name().toLowerCase(Locale.ROOT), share)));
        return told.toString();
    }
}
