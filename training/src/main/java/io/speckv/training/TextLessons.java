package io.speckv.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.training.torch.TrainingGraph;
import java.util.Locale;
import java.util.Random;

/** The lessons of a draft that learns its target's predictions of running text. */
final class TextLessons implements Lessons {
    private static final int MEASURES = 20;
    private static final int MEASURED_TOKENS = 8192;

    private final DistillSettings settings;
    private final TextWindows windows;
    private final TrainingGraph target;
    private final Agreement heldOut;

    private double loss = Double.NaN;

    TextLessons(DistillSettings settings, TextWindows windows, TrainingGraph target) {
        this.settings = settings;
        this.windows = windows;
        this.target = target;
        this.heldOut = new Agreement(
                target,
                windows.heldOut(MEASURED_TOKENS).stream()
                        .map(window -> windows.batch(new int[][] {window}))
                        .toList());
    }

    @Override
    public RateSchedule schedule() {
        return settings.schedule();
    }

    @Override
    public int stepsBetweenMeasures() {
        long steps = settings.tokens() / ((long) settings.windowsPerStep() * settings.length());
        return (int) Math.max(1, Math.min(steps / MEASURES, Integer.MAX_VALUE));
    }

    @Override
    public TrainingProgress teach(TrainingGraph graph, TrainingProgress progress) {
        Random random = new Random(settings.seed() * 1_000_003 + graph.updates());
        random.nextLong();
        int[][] drawn = new int[settings.windowsPerStep()][];
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextDouble() < settings.repeats() ? windows.repeating(random) : windows.plain(random);
        }
        double value = graph.imitate(windows.batch(drawn), target, settings.divergence());
        loss = Double.isNaN(loss) ? value : 0.95 * loss + 0.05 * value;
        return progress.after((long) drawn.length * settings.length());
    }

    @Override
    public String report(TrainingProgress progress, ObjectNode line) {
        line.put("divergence", loss);
        return String.format(Locale.ROOT, "divergence %.3f", loss);
    }

    @Override
    public Measured measure(TrainingGraph graph, TrainingProgress progress, ObjectNode line) {
        double share = heldOut.of(graph);
        line.put("agreement", share).put("compared", heldOut.tokens());
        String told =
                String.format(Locale.ROOT, "%.3f of %d held-out tokens are the target's", share, heldOut.tokens());
        return new Measured(told, progress);
    }
}
