package io.speckv.answers;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls of one match that leave before it is complete, as far as their matcher is sure of them: it says when a head is
 * known and which characters are arguments, in whatever format. Nothing leaves where the request does not ask for it, and of
 * tools that it does not declare.
 */
final class AnnouncedCalls {
    private final ToolTypes tools;
    private final boolean wanted;
    private final StringBuilder arguments = new StringBuilder();
    private List<AnswerPart> parts = new ArrayList<>();
    private boolean open;
    private int count;
    private int behind;

    /** @param wanted whether calls leave before they are complete */
    AnnouncedCalls(ToolTypes tools, boolean wanted) {
        this.tools = tools;
        this.wanted = wanted;
    }

    boolean wanted() {
        return wanted;
    }

    /** Says that the matcher takes one more character. */
    void advance() {
        behind++;
    }

    /**
     * Announces a call, whose arguments follow, if it may be; what was read before them is its head. The one before it, of an
     * array, is whole then.
     *
     * @param unread characters that were taken last and are not part of it yet
     * @return whether it was announced
     */
    boolean begin(String tool, int unread) {
        if (!wanted || !tools.declares(tool)) {
            return false;
        }
        end(true);
        parts.add(new AnswerPart.CallBegun(tool));
        open = true;
        count++;
        behind = unread;
        return true;
    }

    /**
     * Passes on arguments of the open call, if there is one.
     *
     * @param unread as of {@link #begin}
     */
    void argue(String text, int unread) {
        if (open) {
            arguments.append(text);
            behind = unread;
        }
    }

    /** Passes on the character that was taken last. */
    void argue(char c) {
        if (open) {
            arguments.append(c);
            behind = 0;
        }
    }

    /** Ends the open call, if there is one. */
    void end(boolean whole) {
        if (open) {
            flush();
            parts.add(new AnswerPart.CallEnded(whole));
            open = false;
        }
    }

    /** Returns what can leave by now. */
    List<AnswerPart> taken() {
        flush();
        List<AnswerPart> taken = parts;
        parts = new ArrayList<>();
        return taken;
    }

    private void flush() {
        if (!arguments.isEmpty()) {
            parts.add(new AnswerPart.Arguments(arguments.toString()));
            arguments.setLength(0);
        }
    }

    /** Returns how many calls were announced. */
    int count() {
        return count;
    }

    /** Returns how many of the characters that were taken last are no part of the announced calls. */
    int behind() {
        return behind;
    }
}
