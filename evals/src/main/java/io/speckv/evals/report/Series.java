package io.speckv.evals.report;

import java.util.List;

/**
 * One line of a chart.
 *
 * @param name name of the method, written at the end of the line
 * @param style number of the method, which fixes colour, dashes and marker in all charts of a page
 * @param points from left to right, at least one
 */
public record Series(String name, int style, List<Point> points) {
    /** Style of the method that keeps everything: neutral colour, dashed. */
    public static final int REFERENCE = -1;

    private static final int COLOURS = 6;
    private static final List<String> DASHES = List.of("none", "7 4", "2 3");

    /**
     * A value with its interval.
     *
     * @param column index of the horizontal position, from 0
     * @param low lower end of the interval; {@code value} if there is none
     * @param high upper end of the interval; {@code value} if there is none
     */
    public record Point(int column, double value, double low, double high) {}

    public Series {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("series '" + name + "' has no points, needs at least one");
        }
    }

    String colourClass() {
        return style == REFERENCE ? "c-full" : "c" + style % COLOURS;
    }

    String dashes() {
        return style == REFERENCE ? "5 4" : DASHES.get(style / COLOURS % DASHES.size());
    }

    /**
     * Returns the SVG of this series' marker around a point. The shapes differ, so colour is not needed to tell series apart.
     */
    String marker(double x, double y) {
        String shape = switch (Math.floorMod(style, 4)) {
            case 0 -> Svg.format("<circle class=\"mark\" cx=\"%s\" cy=\"%s\" r=\"4.5\">", x, y);
            case 1 -> Svg.format("<rect class=\"mark\" x=\"%s\" y=\"%s\" width=\"8\" height=\"8\">", x - 4, y - 4);
            case 2 -> path("M%s %sl5 9h-10z", x, y - 5);
            default -> path("M%s %sl5.5 5.5l-5.5 5.5l-5.5 -5.5z", x, y - 5.5);
        };
        return shape;
    }

    /** Returns the name of the element that {@link #marker} opens. */
    String markerElement() {
        return switch (Math.floorMod(style, 4)) {
            case 0 -> "circle";
            case 1 -> "rect";
            default -> "path";
        };
    }

    private static String path(String pattern, double x, double y) {
        return "<path class=\"mark\" d=\"" + Svg.format(pattern, x, y) + "\">";
    }
}
