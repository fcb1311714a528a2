package io.speckv.evals.report;

import io.speckv.evals.stats.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The fidelity of compressed answers as text of at most 80 columns, or as Markdown. */
public final class FidelityTable {
    private static final double MEBIBYTE = 1024.0 * 1024.0;

    private FidelityTable() {}

    /** Returns the tables, the advice and the notes; every line ends with a line end. */
    public static String render(FidelityReport report) {
        StringBuilder text = new StringBuilder();
        for (int length : report.lengths()) {
            List<FidelityCell> cells = report.cells(length);
            text.append(heading(length, cells)).append('\n');
            losses(cells).write(text);
            unknown(cells).forEach(sentence -> TerminalTable.paragraph("unknown:", sentence, text));
            text.append("loss in % by place in the answer\n");
            lossByPlace(cells).write(text);
            text.append("divergence in nats by place in the answer\n");
            places(cells, FidelityCell.Places::divergence, FidelityTable::nats, FidelityTable::divergenceAtLeast)
                    .write(text);
        }
        report.advice().forEach(sentence -> TerminalTable.paragraph("advice:", sentence, text));
        report.notes().forEach(note -> TerminalTable.paragraph("note:", note, text));
        return text.toString();
    }

    /** Returns the same as Markdown, the command first. */
    public static String markdown(FidelityReport report) {
        StringBuilder text = new StringBuilder("`" + report.command() + "`\n");
        for (int length : report.lengths()) {
            List<FidelityCell> cells = report.cells(length);
            text.append("\n**").append(heading(length, cells)).append("**\n\n");
            losses(cells).markdown(text);
            unknown(cells)
                    .forEach(sentence ->
                            text.append("\nUnknown: ").append(sentence).append('\n'));
            text.append("\nLoss in % by place in the answer:\n\n");
            lossByPlace(cells).markdown(text);
        }
        text.append('\n');
        report.advice().forEach(sentence -> text.append("- ").append(sentence).append('\n'));
        report.notes().forEach(note -> text.append("- ").append(note).append('\n'));
        return text.toString();
    }

    private static String heading(int length, List<FidelityCell> cells) {
        int prompts = cells.get(0).prompts();
        return Labels.lengthGroup(length) + " tokens, " + prompts + (prompts == 1 ? " prompt" : " prompts");
    }

    private static TextColumns losses(List<FidelityCell> cells) {
        return new TextColumns(
                        "method", cells.stream().map(FidelityCell::method).toList())
                .add("keeps", cells, cell -> Labels.budget(cell.budget()))
                .add("same %", cells, cell -> String.valueOf(Math.round(100 * cell.equal())))
                .add(
                        "parts",
                        cells,
                        cell -> cell.partsAfter() == null ? "-" : String.valueOf(Math.round(cell.partsAfter())))
                .add("loss %", cells, cell -> atLeast(cell) + mean(cell.lost(), Labels::loss))
                .add("95% CI", cells, cell -> interval(cell.losses().known().size(), cell.lost()))
                .add("KL", cells, cell -> divergenceAtLeast(cell) + mean(cell.divergence(), FidelityTable::nats))
                .add("first ms", cells, cell -> Labels.decimal(cell.firstTokenMillis()))
                .add("all ms", cells, cell -> Labels.decimal(cell.totalMillis()))
                .add("MiB", cells, cell -> Labels.decimal(cell.kvBytes() / MEBIBYTE));
    }

    /** Returns the settings whose loss is the mean of only some prompts. If it is the mean of none, the table shows it. */
    private static List<String> unknown(List<FidelityCell> cells) {
        return cells.stream()
                .filter(cell -> cell.lost() != null && cell.unknownLosses() > 0)
                .map(cell -> "the loss of " + cell.method() + " with budget " + cell.budget() + " in "
                        + cell.unknownLosses() + " of " + cell.prompts()
                        + " prompts, which all means leave out: one of the two answers ends where they part, or the"
                        + " target told no probabilities")
                .toList();
    }

    private static String atLeast(FidelityCell cell) {
        return cell.losses().atLeast() > 0 ? ">=" : "";
    }

    private static String divergenceAtLeast(FidelityCell cell) {
        return cell.divergence() != null && cell.losses().divergenceAtLeast() ? ">=" : "";
    }

    private static TextColumns lossByPlace(List<FidelityCell> cells) {
        return places(cells, FidelityCell.Places::lost, Labels::loss, FidelityTable::atLeast);
    }

    /** @param bound what stands before the figures of a cell that are lower bounds */
    private static TextColumns places(
            List<FidelityCell> cells,
            ToDoubleFunction<FidelityCell.Places> value,
            Spelling spelling,
            Function<FidelityCell, String> bound) {
        TextColumns table = new TextColumns(
                        "method", cells.stream().map(FidelityCell::method).toList())
                .add("keeps", cells, cell -> Labels.budget(cell.budget()));
        List<FidelityCell.Places> most = cells.stream()
                .map(FidelityCell::places)
                .max((a, b) -> Integer.compare(a.size(), b.size()))
                .orElse(List.of());
        for (int i = 0; i < most.size(); i++) {
            int group = i;
            table.add(
                    placesLabel(most.get(i)),
                    cells,
                    cell -> group < cell.places().size()
                            ? bound.apply(cell)
                                    + spelling.of(
                                            value.applyAsDouble(cell.places().get(group)))
                            : "-");
        }
        return table;
    }

    private interface Spelling {
        String of(double nats);
    }

    static String placesLabel(FidelityCell.Places places) {
        return places.first() == places.last() ? String.valueOf(places.first()) : places.first() + "-" + places.last();
    }

    private static String mean(@Nullable Estimate estimate, Spelling spelling) {
        return estimate == null ? "-" : spelling.of(estimate.mean());
    }

    /** Of one known loss there is none. */
    private static String interval(int known, @Nullable Estimate lost) {
        return lost == null || known < 2 ? "-" : Labels.loss(lost.low()) + " to " + Labels.loss(lost.high());
    }

    private static String nats(double nats) {
        return String.format(Locale.ROOT, nats < 9.995 ? "%.3f" : "%.1f", nats);
    }
}
