package io.speckv.answers;

import java.util.List;

/**
 * Reads one call, character by character, from behind its opener. Whether and where it is complete or wrong depends on the
 * characters alone, never on how they came.
 */
interface CallMatcher {

    /** What is known after a character. */
    enum Verdict {
        /** It may become a call. */
        OPEN,
        /** It is one. */
        COMPLETE,
        /** It is none. */
        WRONG
    }

    /** Takes the next character; not to be called after {@link Verdict#COMPLETE} or {@link Verdict#WRONG}. */
    Verdict accept(char c);

    /** Says that no character follows: complete or wrong. */
    Verdict end();

    /** Returns the calls of a complete match. */
    List<AnswerPart.Call> calls();

    /** Returns how many of the characters that were accepted last are not part of the match. */
    default int unread() {
        return 0;
    }
}
