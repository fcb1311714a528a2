package io.speckv.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A whole answer as its reader gives it, neighbouring texts joined.
 *
 * @param calls as {@code tool arguments}
 */
record ReadAnswer(String reasoning, String content, List<String> calls, List<AnswerPart> parts) {

    static ReadAnswer of(AnswerSyntax syntax, ToolTypes tools, String... pieces) {
        AnswerParser reader = new AnswerParser(syntax, tools);
        List<AnswerPart> read = new ArrayList<>();
        for (String piece : pieces) {
            read.addAll(reader.read(piece));
        }
        read.addAll(reader.end());
        return of(read);
    }

    private static ReadAnswer of(List<AnswerPart> read) {
        StringBuilder reasoning = new StringBuilder();
        StringBuilder content = new StringBuilder();
        List<String> calls = new ArrayList<>();
        List<AnswerPart> parts = new ArrayList<>();
        for (AnswerPart part : read) {
            AnswerPart last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
            if (part instanceof AnswerPart.Text text) {
                content.append(text.text());
                if (last instanceof AnswerPart.Text before) {
                    parts.set(parts.size() - 1, new AnswerPart.Text(before.text() + text.text()));
                    continue;
                }
            } else if (part instanceof AnswerPart.Reasoning thought) {
                reasoning.append(thought.text());
                if (last instanceof AnswerPart.Reasoning before) {
                    parts.set(parts.size() - 1, new AnswerPart.Reasoning(before.text() + thought.text()));
                    continue;
                }
            } else if (part instanceof AnswerPart.Call call) {
                calls.add(call.tool() + " " + call.arguments());
            }
            parts.add(part);
        }
        return new ReadAnswer(reasoning.toString(), content.toString(), calls, parts);
    }

    /** Returns the text in pieces of 1 to {@code most} characters. */
    static String[] cut(String text, int most, Random random) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = Math.min(text.length(), at + 1 + random.nextInt(most));
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces.toArray(new String[0]);
    }
}
