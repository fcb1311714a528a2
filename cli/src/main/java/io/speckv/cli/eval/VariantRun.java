package io.speckv.cli.eval;

import io.speckv.evals.EvalRun;
import io.speckv.evals.EvalSample;
import io.speckv.evals.Setting;
import io.speckv.evals.report.EvalCell;
import java.io.IOException;
import java.util.List;

/** The run of one variant, with its settings. */
record VariantRun(EvalVariant variant, EvalRun run, List<Setting> settings) {
    /** Answers the samples that have no answer yet. */
    List<EvalCell> answer(List<EvalSample> samples) throws IOException {
        return variant.named(run.run(settings, samples));
    }

    /** Returns how many samples have the answers of all settings so far. */
    int answered(List<EvalSample> samples) throws IOException {
        return settings.isEmpty()
                ? samples.size()
                : run.soFar(settings, samples).stream()
                        .filter(cell -> cell.method().equals(settings.get(0).method())
                                && cell.budget() == settings.get(0).budget())
                        .mapToInt(EvalCell::samples)
                        .sum();
    }

    /** Returns the cells of the answers so far. */
    List<EvalCell> soFar(List<EvalSample> samples) throws IOException {
        return variant.named(run.soFar(settings, samples));
    }
}
