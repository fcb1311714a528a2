package io.speckv.cascade;

import io.speckv.selection.Lines;
import io.speckv.selection.ProtectedTokens;
import java.util.List;

/**
 * A part of the prompt that is compressed on its own. The choice depends on this part and on what was kept before it, never
 * on what follows, so every prompt that continues from here keeps the same tokens of it.
 *
 * @param start position of its first token
 * @param end position behind its last one
 * @param protectedTokens that stay, counted from its start; no more than the method's budget holds
 * @param lines of code and of tables in it, counted from its start; none where the method does not ask for them
 * @param verbatim whether all of it reaches the target under every method
 */
public record Stretch(int start, int end, ProtectedTokens protectedTokens, Lines lines, boolean verbatim) {
    public Stretch {
        if (start < 0 || end <= start) {
            throw new IllegalArgumentException("a stretch from " + start + " to " + end + " has no tokens");
        }
        protectedTokens.flags(end - start);
    }

    /** A part that is not verbatim and has no lines of code or tables. */
    public Stretch(int start, int end, ProtectedTokens protectedTokens) {
        this(start, end, protectedTokens, Lines.NONE, false);
    }

    /** A whole prompt. */
    public static Stretch whole(int promptTokens, ProtectedTokens protectedTokens) {
        return new Stretch(0, promptTokens, protectedTokens);
    }

    /** Returns this with those of a prompt's lines of code and tables that lie within it. */
    public Stretch withLines(Lines ofPrompt) {
        return new Stretch(start, end, protectedTokens, ofPrompt.within(start, end), verbatim);
    }

    /** Returns how many tokens it has. */
    public int size() {
        return end - start;
    }

    /** Returns how many of its tokens the method chooses from. */
    int open() {
        return verbatim ? 0 : size();
    }

    /** Throws unless {@code stretches} ascend, do not overlap, and the last one ends the prompt. */
    static void requireOrdered(List<Stretch> stretches, int promptTokens) {
        int end = 0;
        for (Stretch stretch : stretches) {
            if (stretch.start < end) {
                throw new IllegalArgumentException(
                        "a stretch starts at " + stretch.start + ", before the one in front of it ends");
            }
            end = stretch.end;
        }
        if (end != promptTokens) {
            throw new IllegalArgumentException(
                    "the last stretch ends at " + end + ", and the prompt has " + promptTokens + " tokens");
        }
    }
}
