package io.speckv.cli.eval;

import io.speckv.evals.EvalRun;
import io.speckv.evals.EvalSample;
import io.speckv.evals.Setting;
import io.speckv.evals.report.EvalCell;
import java.io.IOException;
import java.util.List;

/** The samples of one variant being answered, with the settings that are asked in it. */
record VariantRun(EvalVariant variant, EvalRun run, List<Setting> settings) {
    /** Answers what is not answered yet. */
    List<EvalCell> answer(List<EvalSample> samples) throws IOException {
        return variant.named(run.run(settings, samples));
    }

    /** Returns what was answered so far. */
    List<EvalCell> soFar(List<EvalSample> samples) throws IOException {
        return variant.named(run.soFar(settings, samples));
    }
}
