package io.speckv.text.jinja;

import java.util.ArrayList;
import java.util.List;

/** Jinja's {@code wordwrap}: lines of at most so many characters. */
final class WordWrap {
    private WordWrap() {}

    static String wrap(String text, Arguments arguments) {
        int width = Math.max(1, arguments.integer(0, "width", 79));
        boolean breaks = arguments.flag(1, "break_long_words", true);
        String end = arguments.text(2, "wrapstring", "\n");
        List<String> lines = new ArrayList<>();
        for (Object line : PythonText.lines(text, false)) {
            lines.add(String.join(end, wrapped((String) line, width, breaks)));
        }
        return String.join(end, lines);
    }

    private static List<String> wrapped(String text, int width, boolean breaks) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (Object each : TextMethods.words(text)) {
            String word = (String) each;
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
            while (breaks && line.length() > width) {
                lines.add(line.substring(0, width));
                line.delete(0, width);
            }
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }
}
