package io.speckv.answers;

import java.util.ArrayList;
import java.util.List;

/**
 * The calls of one match that are sent before the match is complete. The matcher of each format says when a call's head is
 * known and which characters are arguments. Calls are sent early only if the request asks for it and declares the tool.
 */
final class AnnouncedCalls {
    private final ToolTypes tools;
    private final boolean wanted;
    private final StringBuilder arguments = new StringBuilder();
    private List<AnswerPart> parts = new ArrayList<>();
    private boolean open;
    private int count;
    private int behind;

    /** @param wanted whether calls are sent before they are complete */
    AnnouncedCalls(ToolTypes tools, boolean wanted) {
        this.tools = tools;
        this.wanted = wanted;
    }

    boolean wanted() {
        return wanted;
    }

    /** Counts one more character that the matcher takes. */
    void advance() {
        behind++;
    }

    /**
     * Announces a call, if it may be sent early. What was read before belongs to its head, and its arguments follow. An open
     * call before it, of the same array, is complete then.
     *
     * @param unread number of the last characters that are not part of the call yet
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
     * @param unread as in {@link #begin}
     */
    void argue(String text, int unread) {
        if (open) {
            arguments.append(text);
            behind = unread;
        }
    }

    /** Passes on the last character as part of the arguments, if a call is open. */
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

    /** Returns the parts that can be sent now, and forgets them. */
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

    /** Returns how many of the last characters are not part of the announced calls. */
    int behind() {
        return behind;
    }
}
