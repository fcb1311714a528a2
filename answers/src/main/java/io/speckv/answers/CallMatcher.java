package io.speckv.answers;

import java.util.List;

/**
 * Reads one call character by character, beginning after its opener. Whether and where the call is complete or wrong depends on
 * its characters alone, never on how they were cut into pieces.
 */
interface CallMatcher {

    /** The state after a character. */
    enum Verdict {
        /** The text may become a call. */
        OPEN,
        /** The text is a call. */
        COMPLETE,
        /** The text cannot become a call. */
        WRONG
    }

    /** Takes the next character; not to be called after {@link Verdict#COMPLETE} or {@link Verdict#WRONG}. */
    Verdict accept(char c);

    /** Ends the text; returns COMPLETE or WRONG. */
    Verdict end();

    /** Returns the calls of a complete match. */
    List<AnswerPart.Call> calls();

    /** Returns how many of the last accepted characters are not part of the match. */
    default int unread() {
        return 0;
    }
}
