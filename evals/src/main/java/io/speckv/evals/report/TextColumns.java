package io.speckv.evals.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A table of text: a column of names and columns of values, as plain lines of at most 80 columns or as Markdown. */
final class TextColumns {
    static final int WIDTH = 80;

    private final Column names;
    private final List<Column> columns = new ArrayList<>();

    private record Column(String heading, List<String> values) {
        int width() {
            return values.stream().mapToInt(String::length).reduce(heading.length(), Math::max) + 1;
        }
    }

    TextColumns(String heading, List<String> names) {
        this.names = new Column(heading, names);
    }

    /** Adds a column with a value for each of {@code rows}; there must be as many rows as names. */
    <R> TextColumns add(String heading, List<R> rows, Function<R, String> value) {
        columns.add(new Column(heading, rows.stream().map(value).toList()));
        return this;
    }

    /** Writes the lines. Columns that do not fit follow below, with the names repeated. */
    void write(StringBuilder text) {
        List<Column> row = new ArrayList<>();
        int used = names.width();
        for (Column column : columns) {
            if (!row.isEmpty() && used + column.width() > WIDTH) {
                write(row, text);
                text.append('\n');
                row.clear();
                used = names.width();
            }
            row.add(column);
            used += column.width();
        }
        write(row, text);
        text.append('\n');
    }

    private void write(List<Column> row, StringBuilder text) {
        for (int line = -1; line < names.values().size(); line++) {
            String name = cell(names, line);
            text.append(name).append(" ".repeat(names.width() - 1 - name.length()));
            for (Column column : row) {
                String value = cell(column, line);
                text.append(" ".repeat(column.width() - value.length())).append(value);
            }
            text.append('\n');
        }
    }

    /** Writes the table as Markdown. */
    void markdown(StringBuilder text) {
        for (int line = -1; line < names.values().size(); line++) {
            text.append("| ").append(cell(names, line));
            for (Column column : columns) {
                text.append(" | ").append(cell(column, line));
            }
            text.append(" |\n");
            if (line < 0) {
                text.append("|---").append("|---:".repeat(columns.size())).append("|\n");
            }
        }
    }

    private static String cell(Column column, int line) {
        return line < 0 ? column.heading() : column.values().get(line);
    }
}
