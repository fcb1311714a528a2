package io.speckv.evals.report;

import io.speckv.evals.stats.Interval;
import java.util.ArrayList;
import java.util.List;

/** A report of invented numbers that look like real ones. */
final class MadeUpReport {
    private static final List<String> METHODS =
            List.of("full", "speckv", "specpc", "speckv-pc", "snapkv", "h2o", "streaming", "laq++");
    private static final List<String> TASKS = List.of(
            "niah_single_1",
            "niah_multikey_1",
            "niah_multikey_2",
            "niah_multikey_3",
            "niah_multivalue",
            "niah_multiquery",
            "vt",
            "cwe",
            "fwe");

    private MadeUpReport() {}

    static EvalReport large() {
        List<EvalCell> cells = new ArrayList<>();
        for (String task : TASKS) {
            for (int length : new int[] {1024, 2048, 4096}) {
                for (String method : METHODS) {
                    for (int budget : method.equals("full") ? new int[] {0} : new int[] {128, 256, 512}) {
                        cells.add(cell(method, task, length, budget));
                    }
                }
            }
        }
        return new EvalReport(
                "RULER on the bundled pair",
                "./speckv eval ruler --methods full,speckv,specpc --lengths 1k,2k,4k --budgets 128,256,512",
                List.of("essays are replaced by generated text", "R&D <numbers> are made up"),
                cells);
    }

    /** A cell of a task that asks for a form, which 7 of 10 answers have. */
    static EvalCell obeying(String method, String task, int length, int budget) {
        EvalCell plain = cell(method, task, length, budget);
        return new EvalCell(
                method,
                task,
                length,
                budget,
                plain.samples(),
                plain.accuracy(),
                plain.interval(),
                plain.firstTokenMillis(),
                plain.totalMillis(),
                plain.kvBytes(),
                new Obedience(0.7, Interval.wilson(70, 100)));
    }

    static EvalCell cell(String method, String task, int length, int budget) {
        int rank = METHODS.indexOf(method);
        double kept = budget == 0 ? 1 : Math.min(1, 0.35 + 0.5 * budget / 512.0 + 200.0 / length);
        double right = Math.max(0.02, (0.98 - 0.06 * TASKS.indexOf(task)) * kept - 0.09 * Math.max(0, rank - 1));
        int samples = 100;
        int hits = (int) Math.round(Math.min(1, right) * samples);
        double tokens = budget == 0 ? length : budget;
        return new EvalCell(
                method,
                task,
                length,
                budget,
                samples,
                hits / (double) samples,
                Interval.wilson(hits, samples),
                length * 0.05 + rank * 8,
                length * 0.05 + rank * 8 + tokens * 0.1,
                (long) (tokens * 4096),
                null);
    }
}
