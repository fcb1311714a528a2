package io.speckv.kit.settings;

import java.util.Arrays;
import java.util.List;

/**
 * Settings with the layer that each value came from.
 *
 * @param lines every key in declaration order
 */
public record LoadedSettings<T>(T value, List<Line> lines) {
    static final String MASK = "\"******\"";
    private static final int COMMENT_COLUMN = 48;

    /**
     * One key.
     *
     * @param value as JSON, masked for secrets
     * @param origin the layer that set it
     */
    public record Line(String key, String value, String origin) {}

    public LoadedSettings {
        lines = List.copyOf(lines);
    }

    /** Returns a YAML file that gives these settings again (except for secrets), with each value's origin as a comment. */
    public String print() {
        StringBuilder out = new StringBuilder();
        String[] open = {};
        for (Line line : lines) {
            String[] path = line.key().split("\\.", -1);
            int shared = 0;
            while (shared < path.length - 1 && shared < open.length && path[shared].equals(open[shared])) {
                shared++;
            }
            for (int depth = shared; depth < path.length - 1; depth++) {
                out.append("  ".repeat(depth)).append(path[depth]).append(":\n");
            }
            open = Arrays.copyOf(path, path.length - 1);
            String text = "  ".repeat(open.length) + path[path.length - 1] + ": " + line.value();
            out.append(text)
                    .append(" ".repeat(Math.max(1, COMMENT_COLUMN - text.length())))
                    .append("# ")
                    .append(line.origin())
                    .append('\n');
        }
        return out.toString();
    }
}
