package io.speckv.evals.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A chart of lines over named columns as SVG, every line named at its right end, values with interval bars.
 *
 * @param title one line above
 * @param xLabel below the horizontal axis
 * @param yLabel beside the vertical axis
 * @param columns names of the horizontal positions
 * @param top value at the upper end of the vertical axis, which starts at 0
 * @param series lines, in the order of their methods
 */
public record LineChart(
        String title, String xLabel, String yLabel, List<String> columns, double top, List<Series> series) {
    private static final int LEAST_WIDTH = 560;
    private static final int HEIGHT = 340;
    private static final int LEFT = 62;
    private static final int RIGHT = LEAST_WIDTH - 118;
    private static final int NAME_LEFT = RIGHT + 9;
    /** Width of a letter of a name, which is bold, on average. */
    private static final double LETTER = 7.5;

    private static final int TOP = 38;
    private static final int BOTTOM = HEIGHT - 52;
    private static final int NAME_GAP = 14;
    private static final int GRID_LINES = 5;

    /** Returns the smallest number, at least {@code value}, that five grid lines divide into round steps. */
    public static double roundTop(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(Math.max(value, 1e-9) / GRID_LINES)));
        for (double step : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10}) {
            if (step * unit * GRID_LINES >= value) {
                return step * unit * GRID_LINES;
            }
        }
        return 10 * unit * GRID_LINES;
    }

    /** Returns the chart as one {@code svg} element. */
    public String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append("<svg viewBox=\"0 0 ").append(width()).append(' ').append(HEIGHT);
        svg.append("\" role=\"img\" aria-label=\"").append(Svg.escape(title)).append("\">\n");
        text(svg, "title", LEFT, 20, "start", title);
        grid(svg);
        List<Series> drawn = series;
        for (int i = 0; i < drawn.size(); i++) {
            line(svg, drawn.get(i), shift(i));
        }
        names(svg);
        return svg.append("</svg>\n").toString();
    }

    /** Returns a width in which the longest name is not cut. */
    private long width() {
        int letters =
                series.stream().mapToInt(line -> line.name().length()).max().orElse(0);
        return Math.max(LEAST_WIDTH, Math.round(NAME_LEFT + letters * LETTER));
    }

    private void grid(StringBuilder svg) {
        for (int i = 0; i <= GRID_LINES; i++) {
            double value = top * i / GRID_LINES;
            double y = y(value);
            svg.append(
                    Svg.format("<line class=\"grid\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>\n", LEFT, RIGHT, y, y));
            text(svg, "tick", LEFT - 8, y + 4, "end", tick(value));
        }
        svg.append(Svg.format(
                "<line class=\"axis\" x1=\"%s\" x2=\"%s\" y1=\"%s\" y2=\"%s\"/>\n", LEFT, RIGHT, BOTTOM, BOTTOM));
        for (int column = 0; column < columns.size(); column++) {
            text(svg, "tick", x(column), BOTTOM + 18, "middle", columns.get(column));
        }
        text(svg, "label", (LEFT + RIGHT) / 2.0, HEIGHT - 10, "middle", xLabel);
        svg.append(Svg.format("<g transform=\"rotate(-90 14 %s)\">", (TOP + BOTTOM) / 2.0));
        text(svg, "label", 14, (TOP + BOTTOM) / 2.0, "middle", yLabel);
        svg.append("</g>\n");
    }

    private String tick(double value) {
        return top >= GRID_LINES && top % GRID_LINES == 0
                ? String.valueOf(Math.round(value))
                : String.format(Locale.ROOT, "%." + decimals() + "f", value);
    }

    /** Returns the fewest decimals, at least one, that tell the grid lines apart as what they are. */
    private int decimals() {
        int decimals = 1;
        double step = 10 * top / GRID_LINES;
        while (decimals < 9 && Math.abs(step - Math.rint(step)) > 1e-6 * step) {
            step *= 10;
            decimals++;
        }
        return decimals;
    }

    /** Returns a value on the chart, with a decimal more than the grid where that is fine. */
    private String spelled(double value) {
        return top >= GRID_LINES
                ? Labels.decimal(value)
                : String.format(Locale.ROOT, "%." + (decimals() + 1) + "f", value);
    }

    private void line(StringBuilder svg, Series line, double shift) {
        svg.append("<g class=\"").append(line.colourClass()).append("\">\n<polyline class=\"series\" points=\"");
        for (Series.Point point : line.points()) {
            svg.append(Svg.format("%s,%s ", x(point.column()) + shift, y(point.value())));
        }
        svg.append("\" stroke-dasharray=\"").append(line.dashes()).append("\"/>\n");
        for (Series.Point point : line.points()) {
            double x = x(point.column()) + shift;
            if (point.high() > point.low()) {
                double low = y(point.low());
                double high = y(point.high());
                svg.append(Svg.format(
                        "<path class=\"bar\" d=\"M%s %sV%sM%s %sh6M%s %sh6\" fill=\"none\"/>\n",
                        x, low, high, x - 3, low, x - 3, high));
            }
            svg.append(line.marker(x, y(point.value())));
            svg.append("<title>").append(Svg.escape(describe(line, point))).append("</title>");
            svg.append("</").append(line.markerElement()).append(">\n");
        }
        svg.append("</g>\n");
    }

    private String describe(Series line, Series.Point point) {
        String interval =
                point.high() > point.low() ? " (" + spelled(point.low()) + " to " + spelled(point.high()) + ")" : "";
        return line.name() + ", " + xLabel + " " + columns.get(point.column()) + ": " + spelled(point.value())
                + interval;
    }

    /** Writes names beside the last points, moved apart so that none covers another. */
    private void names(StringBuilder svg) {
        record Name(Series line, double pointX, double pointY) {}
        List<Name> names = new ArrayList<>();
        for (int i = 0; i < series.size(); i++) {
            Series.Point last =
                    series.get(i).points().get(series.get(i).points().size() - 1);
            names.add(new Name(series.get(i), x(last.column()) + shift(i), y(last.value())));
        }
        names.sort(Comparator.comparingDouble(Name::pointY));
        double[] places = spread(names.stream().mapToDouble(Name::pointY).toArray());
        for (int i = 0; i < places.length; i++) {
            Name name = names.get(i);
            svg.append("<g class=\"").append(name.line().colourClass()).append("\">");
            svg.append(Svg.format(
                    "<line class=\"leader\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
                    name.pointX() + 7, name.pointY(), RIGHT + 6, places[i]));
            text(svg, "name", NAME_LEFT, places[i] + 4, "start", name.line().name());
            svg.append("</g>\n");
        }
    }

    /** Returns places near {@code wanted} (ascending), within the chart and at least one line apart, found by a simple rule. */
    static double[] spread(double[] wanted) {
        double[] places = wanted.clone();
        for (int i = 1; i < places.length; i++) {
            places[i] = Math.max(places[i], places[i - 1] + NAME_GAP);
        }
        double limit = BOTTOM;
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = Math.min(places[i], limit);
            limit = places[i] - NAME_GAP;
        }
        return places;
    }

    /** Returns a line's shift of a few pixels, without which interval bars would cover each other. */
    private double shift(int line) {
        double step = Math.min(5, (RIGHT - LEFT) / (columns.size() * 2.0 * series.size()));
        return (line - (series.size() - 1) / 2.0) * step;
    }

    private double x(int column) {
        return LEFT + (column + 0.5) * (RIGHT - LEFT) / columns.size();
    }

    private double y(double value) {
        return BOTTOM - Math.min(value, top) / top * (BOTTOM - TOP);
    }

    private static void text(StringBuilder svg, String style, double x, double y, String anchor, String content) {
        svg.append("<text class=\"").append(style).append(Svg.format("\" x=\"%s\" y=\"%s\"", x, y));
        svg.append(" text-anchor=\"")
                .append(anchor)
                .append("\">")
                .append(Svg.escape(content))
                .append("</text>");
    }
}
