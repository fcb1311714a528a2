package io.speckv.cli.eval;

import io.speckv.evals.Generator;
import io.speckv.evals.Setting;
import io.speckv.evals.report.EvalCell;
import java.util.List;

/**
 * One variant of how the samples are asked, such as with one rule of what stays.
 *
 * @param name what it is called in results behind the method's name; empty where there is one variant alone
 */
record EvalVariant(String name, Generator generator) {
    /** Returns cells of this variant under its name; what keeps everything is of no variant. */
    List<EvalCell> named(List<EvalCell> cells) {
        return cells.stream().map(this::named).toList();
    }

    private EvalCell named(EvalCell cell) {
        return name.isEmpty() || cell.method().equals(Setting.FULL)
                ? cell
                : cell.withMethod(cell.method() + " " + name);
    }
}
