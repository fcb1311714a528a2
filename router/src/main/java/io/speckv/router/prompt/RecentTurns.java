package io.speckv.router.prompt;

import java.util.List;

/**
 * The end of a chat that stays verbatim. Turns age in blocks: when the recent ones outgrow {@code mostTokens}, the oldest age until
 * half of it is left, so that what is kept of a chat changes within once in many turns. A turn never gets young again, and which
 * ones have aged follows from the turns up to the last, not from anything remembered.
 *
 * @param mostTokens of the recent turns and the answers between them; 0 for none
 */
record RecentTurns(int mostTokens) {

    /** Returns how many of the turns have aged; all of them where the last one alone is too long. */
    int aged(List<ChatTurn> turns) {
        int aged = 0;
        for (int last = 0; last < turns.size(); last++) {
            aged = aged(turns, aged, last);
        }
        return aged;
    }

    /** Of the turns up to {@code last}, given how many had aged a turn ago. */
    private int aged(List<ChatTurn> turns, int before, int last) {
        int end = turns.get(last).end();
        if (end - turns.get(before).start() <= mostTokens) {
            return before;
        }
        int aged = before;
        while (aged < last && end - turns.get(aged).start() > mostTokens / 2) {
            aged++;
        }
        return end - turns.get(aged).start() <= mostTokens ? aged : last + 1;
    }
}
