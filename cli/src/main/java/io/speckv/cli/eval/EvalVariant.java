package io.speckv.cli.eval;

import io.speckv.evals.Generator;
import io.speckv.evals.Setting;
import io.speckv.evals.report.EvalCell;
import java.util.List;

/**
 * A variant of how the samples are asked, such as one rule of protection.
 *
 * @param name follows the method's name in results; empty if there is only one variant
 */
record EvalVariant(String name, Generator generator) {
    /** Returns cells with this variant's name. The full cache belongs to no variant and keeps its name. */
    List<EvalCell> named(List<EvalCell> cells) {
        return cells.stream().map(this::named).toList();
    }

    private EvalCell named(EvalCell cell) {
        return name.isEmpty() || cell.method().equals(Setting.FULL)
                ? cell
                : cell.withMethod(cell.method() + " " + name);
    }
}
