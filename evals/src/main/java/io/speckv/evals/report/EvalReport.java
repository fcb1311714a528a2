package io.speckv.evals.report;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * All results of a run, in the order of the run.
 *
 * @param title what was evaluated, one line
 * @param command the command that repeats it
 * @param notes what a reader must know, such as which haystack replaces the essays
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

    /** Returns the tasks that were run at a length, in the order they first appear. */
    List<String> tasks(int length) {
        return cells.stream()
                .filter(cell -> cell.length() == length)
                .map(EvalCell::task)
                .distinct()
                .toList();
    }

    /** Returns whether some task that was run at a length asks for answers of a form. */
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

    /** Returns the cells of a method at a length and budget, one a task; those of the whole cache fit any budget. */
    List<EvalCell> cells(String method, int length, int budget) {
        return cells.stream()
                .filter(cell -> cell.method().equals(method)
                        && cell.length() == length
                        && (cell.budget() == budget || cell.budget() == 0))
                .toList();
    }

    /** Returns the mean over tasks, none if the method was not run there. */
    Optional<MethodMean> mean(String method, int length, int budget) {
        List<EvalCell> matching = cells(method, length, budget);
        return matching.isEmpty() ? Optional.empty() : Optional.of(MethodMean.of(matching));
    }

    /** Returns budgets to group by: those there are, or the whole cache alone. */
    List<Integer> budgetGroups() {
        return budgets().isEmpty() ? List.of(0) : budgets();
    }

    private <T> List<T> distinct(Function<EvalCell, T> part) {
        return cells.stream().map(part).distinct().toList();
    }
}
