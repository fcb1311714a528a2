package io.speckv.answers;

import java.util.List;

/** Finds the first of several marks in text that may go on. */
final class MarkSearch {
    private final List<String> marks;

    MarkSearch(List<String> marks) {
        this.marks = marks;
    }

    /**
     * A place where a mark stands, or may stand once more text has come.
     *
     * @param mark that stands there; empty if its end has not come yet
     */
    record Found(int at, String mark) {
        boolean isWhole() {
            return !mark.isEmpty();
        }
    }

    /** Returns the first place at or after {@code from} where a mark stands or begins; the text's end if there is none. */
    Found first(CharSequence text, int from) {
        for (int at = from; at < text.length(); at++) {
            boolean begun = false;
            for (String mark : marks) {
                int length = common(mark, text, at);
                if (length == mark.length()) {
                    return new Found(at, mark);
                }
                begun |= at + length == text.length() && length > 0;
            }
            if (begun) {
                return new Found(at, "");
            }
        }
        return new Found(text.length(), "");
    }

    private static int common(String mark, CharSequence text, int at) {
        int length = 0;
        while (length < mark.length()
                && at + length < text.length()
                && mark.charAt(length) == text.charAt(at + length)) {
            length++;
        }
        return length;
    }
}
