package io.speckv.cli.explain;

import java.util.ArrayList;
import java.util.List;

/** The text that the target reads of a prompt: kept passages, with a note wherever tokens were dropped. */
public final class KeptText {
    private KeptText() {}

    /** Returns the text; a note looks like {@code [... 210 tokens dropped ...]}. */
    public static String of(ExplainedPrompt prompt) {
        StringBuilder text = new StringBuilder();
        int dropped = 0;
        for (ExplainedPrompt.Piece piece : prompt.pieces()) {
            if (piece.kept()) {
                text.append(gap(dropped)).append(piece.text());
                dropped = 0;
            } else {
                dropped += piece.last() - piece.first() + 1;
            }
        }
        return text.append(gap(dropped)).toString();
    }

    private static String gap(int dropped) {
        return dropped == 0 ? "" : "[... %d %s dropped ...]".formatted(dropped, dropped == 1 ? "token" : "tokens");
    }

    /** Returns {@code text} in lines of at most {@code columns}, broken at spaces if possible. */
    public static List<String> lines(String text, int columns) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            String rest = paragraph;
            while (rest.length() > columns) {
                int space = rest.lastIndexOf(' ', columns);
                int cut = space > 0 ? space : rest.offsetByCodePoints(0, rest.codePointCount(0, columns));
                lines.add(rest.substring(0, cut));
                rest = rest.substring(space > 0 ? cut + 1 : cut);
            }
            lines.add(rest);
        }
        return lines;
    }
}
