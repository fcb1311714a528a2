package io.speckv.answers;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A whole answer as its reader gives it, neighbouring texts joined, and valid calls in one.
 *
 * @param calls valid ones, as {@code tool arguments}
 */
record ReadAnswer(String reasoning, String content, List<String> calls, List<AnswerPart> parts) {

    static ReadAnswer of(AnswerSyntax syntax, ToolTypes tools, String... pieces) {
        return of(new AnswerParser(syntax, tools), pieces);
    }

    /** Reads an answer whose arguments stream. */
    static ReadAnswer streamed(AnswerSyntax syntax, ToolTypes tools, String... pieces) {
        return of(new AnswerParser(syntax, tools, true), pieces);
    }

    private static ReadAnswer of(AnswerParser reader, String... pieces) {
        List<AnswerPart> parts = inOne(joined(parts(reader, pieces)));
        StringBuilder reasoning = new StringBuilder();
        StringBuilder content = new StringBuilder();
        List<String> calls = new ArrayList<>();
        for (AnswerPart part : parts) {
            if (part instanceof AnswerPart.Text text) {
                content.append(text.text());
            } else if (part instanceof AnswerPart.Reasoning thought) {
                reasoning.append(thought.text());
            } else if (part instanceof AnswerPart.Call call) {
                calls.add(call.tool() + " " + call.arguments());
            }
        }
        return new ReadAnswer(reasoning.toString(), content.toString(), calls, parts);
    }

    /** Returns the parts as they come. */
    static List<AnswerPart> parts(AnswerParser reader, String... pieces) {
        List<AnswerPart> read = new ArrayList<>();
        for (String piece : pieces) {
            read.addAll(reader.read(piece));
        }
        read.addAll(reader.end());
        return read;
    }

    /** Returns the parts with neighbours of one kind as one. */
    static List<AnswerPart> joined(List<AnswerPart> read) {
        List<AnswerPart> parts = new ArrayList<>();
        for (AnswerPart part : read) {
            AnswerPart last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
            AnswerPart both = null;
            if (part instanceof AnswerPart.Text text && last instanceof AnswerPart.Text before) {
                both = new AnswerPart.Text(before.text() + text.text());
            } else if (part instanceof AnswerPart.Reasoning text && last instanceof AnswerPart.Reasoning before) {
                both = new AnswerPart.Reasoning(before.text() + text.text());
            } else if (part instanceof AnswerPart.Arguments text && last instanceof AnswerPart.Arguments before) {
                both = new AnswerPart.Arguments(before.text() + text.text());
            }
            if (both == null) {
                parts.add(part);
            } else {
                parts.set(parts.size() - 1, both);
            }
        }
        return parts;
    }

    /** Puts valid calls that were announced together. */
    private static List<AnswerPart> inOne(List<AnswerPart> joined) {
        List<AnswerPart> parts = new ArrayList<>(joined);
        for (int i = 0; i + 2 < parts.size(); i++) {
            if (parts.get(i) instanceof AnswerPart.CallBegun begun
                    && parts.get(i + 1) instanceof AnswerPart.Arguments arguments
                    && parts.get(i + 2).equals(new AnswerPart.CallEnded(true))) {
                parts.subList(i + 1, i + 3).clear();
                parts.set(i, new AnswerPart.Call(begun.tool(), arguments.text()));
            }
        }
        return parts;
    }

    /** Returns how many calls were announced and turned out to be none. */
    long broken() {
        return parts.stream().filter(new AnswerPart.CallEnded(false)::equals).count();
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
