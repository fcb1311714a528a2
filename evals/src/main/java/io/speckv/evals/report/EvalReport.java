package io.speckv.evals.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * All results of a run, in the order of the run.
 *
 * @param title names the evaluation in one line
 * @param command the command that repeats it
 * @param notes for readers, such as which haystack replaces the essays
 * @param cells one for each method, budget, task and length
 */
public record EvalReport(String title, String command, List<String> notes, List<EvalCell> cells) {
    public EvalReport {
        notes = List.copyOf(notes);
        cells = List.copyOf(cells);
        if (cells.isEmpty()) {
            throw new IllegalArgumentException("report '" + title + "' has no cells, needs at least one");
        }
    }

    /** Returns the methods in the order they first appear. */
    public List<String> methods() {
        return distinct(EvalCell::method);
    }

    /** Returns the tasks in the order they first appear. */
    public List<String> tasks() {
        return distinct(EvalCell::task);
    }

    /** Returns the tasks at a length, in the order they first appear. */
    List<String> tasks(int length) {
        return cells.stream()
                .filter(cell -> cell.length() == length)
                .map(EvalCell::task)
                .distinct()
                .toList();
    }

    /** Returns whether a task at this length asks for a form of its answers. */
    boolean asksForForm(int length) {
        return cells.stream().anyMatch(cell -> cell.length() == length && cell.obedience() != null);
    }

    /** Returns the lengths, ascending. */
    public List<Integer> lengths() {
        return distinct(EvalCell::length).stream().sorted().toList();
    }

    /** Returns the budgets, ascending, without the whole cache. */
    public List<Integer> budgets() {
        return distinct(EvalCell::budget).stream()
                .filter(budget -> budget > 0)
                .sorted()
                .toList();
    }

    /** Returns the cells of a method at a length and budget, one per task. Cells of the whole cache match every budget. */
    List<EvalCell> cells(String method, int length, int budget) {
        return cells.stream()
                .filter(cell -> cell.method().equals(method)
                        && cell.length() == length
                        && (cell.budget() == budget || cell.budget() == 0))
                .toList();
    }

    /** Returns the mean over tasks; empty if the method has no result there. */
    Optional<MethodMean> mean(String method, int length, int budget) {
        List<EvalCell> matching = cells(method, length, budget);
        return matching.isEmpty() ? Optional.empty() : Optional.of(MethodMean.of(matching));
    }

    /** Returns the budgets by which results are grouped; only the whole cache if there are no others. */
    List<Integer> budgetGroups() {
        return budgets().isEmpty() ? List.of(0) : budgets();
    }

    private <T> List<T> distinct(Function<EvalCell, T> part) {
        return cells.stream().map(part).distinct().toList();
    }
}
