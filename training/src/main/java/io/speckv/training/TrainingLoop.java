package io.speckv.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.training.torch.AdamW;
import io.speckv.training.torch.TrainingGraph;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;

/** Takes lessons until they are over or a limit is reached, with reports, measurements and checkpoints on the way. */
final class TrainingLoop {
    private static final int REPORT_STEPS = 50;

    /** If a step takes seconds, fifty steps without a report are too long. */
    private static final Duration BETWEEN_REPORTS = Duration.ofSeconds(30);

    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMinutes(3);

    private final Lessons lessons;
    private final TrainingGraph graph;
    private final RunFolder folder;
    private final TrainingDisplay display;

    private TrainingProgress progress;
    private long started = System.nanoTime();
    private long reported = started;
    private long seenAtStart;
    private int measuredAt = -1;
    private boolean stopped;

    TrainingLoop(
            Lessons lessons,
            TrainingGraph graph,
            RunFolder folder,
            TrainingProgress progress,
            TrainingDisplay display) {
        this.lessons = lessons;
        this.graph = graph;
        this.folder = folder;
        this.progress = progress;
        this.seenAtStart = progress.seen();
        this.display = display;
    }

    /** Trains until the lessons' tokens are used up or {@code limit} is reached or asked for, and then saves a checkpoint. */
    void run(Limit limit) throws IOException {
        started = System.nanoTime();
        reported = started;
        seenAtStart = progress.seen();
        long saved = started;
        long most = Math.min(lessons.schedule().tokens(), limit.tokens());
        while (progress.seen() < most
                && !limit.isAskedFor()
                && System.nanoTime() - started < limit.time().toNanos()) {
            advance();
            if (System.nanoTime() - saved > BETWEEN_CHECKPOINTS.toNanos()) {
                save();
                saved = System.nanoTime();
            }
        }
        stopped = limit.isAskedFor();
        save();
    }

    /** Returns whether someone asked the run to stop. */
    boolean isStopped() {
        return stopped;
    }

    /** Returns how far the run has come. */
    RunEnd end() {
        return new RunEnd(progress.seen(), lessons.schedule().tokens(), graph.updates(), stopped);
    }

    /** Takes one step, and reports and measures if it is time for that. */
    void advance() throws IOException {
        AdamW optimizer = optimizer();
        progress = lessons.teach(graph, progress);
        graph.update(optimizer);
        if (graph.updates() % REPORT_STEPS == 0 || System.nanoTime() - reported > BETWEEN_REPORTS.toNanos()) {
            report();
            reported = System.nanoTime();
        }
        if (graph.updates() % lessons.stepsBetweenMeasures() == 0) {
            measure();
        }
    }

    /** Measures what was learned so far, and logs and shows it, unless that was already done after the last step. */
    void measure() throws IOException {
        if (measuredAt == graph.updates()) {
            return;
        }
        measuredAt = graph.updates();
        ObjectNode line = line();
        Lessons.Measured measured = lessons.measure(graph, progress, line);
        folder.log(line);
        display.kept("step " + graph.updates() + ", " + measured.told());
        progress = measured.progress();
    }

    /** Writes a checkpoint. */
    void save() throws IOException {
        folder.save(graph.shape(), graph.state(), progress);
    }

    private void report() throws IOException {
        double seconds = (System.nanoTime() - started) / 1e9;
        double speed = (progress.seen() - seenAtStart) / seconds;
        double rate = optimizer().rate();
        ObjectNode line = line();
        String told = lessons.report(progress, line);
        folder.log(line.put("rate", rate).put("tokens_per_second", speed));
        long tokens = lessons.schedule().tokens();
        display.status(String.format(
                Locale.ROOT,
                "step %d, %.2fM of %.1fM tokens, %s, rate %.2e, %.0f tokens/s, %s left",
                graph.updates(),
                progress.seen() / 1e6,
                tokens / 1e6,
                told,
                rate,
                speed,
                minutes((tokens - progress.seen()) / speed)));
    }

    private static String minutes(double seconds) {
        Duration left = Duration.ofSeconds((long) seconds);
        return String.format(Locale.ROOT, "%02d:%02d", left.toMinutes(), left.toSecondsPart());
    }

    private AdamW optimizer() {
        return lessons.schedule().optimizer(graph.updates(), progress.seen());
    }

    private ObjectNode line() {
        return folder.line().put("step", graph.updates()).put("tokens", progress.seen());
    }
}
