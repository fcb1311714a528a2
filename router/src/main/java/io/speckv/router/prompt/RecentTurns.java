package io.speckv.router.prompt;

import java.util.List;

/**
 * The end of a chat that stays verbatim. Turns age in blocks: when the recent turns outgrow {@code mostTokens}, the oldest ones
 * age until half of it is left. So the kept beginning of a chat changes only once in many turns. An aged turn stays aged. Which
 * turns have aged follows from the chat's turns alone; nothing is remembered between requests.
 *
 * @param mostTokens of the recent turns and the answers between them; 0 for none
 */
record RecentTurns(int mostTokens) {

    /** Returns how many of the turns have aged; all of them if the last turn alone is too long. */
    int aged(List<ChatTurn> turns) {
        int aged = 0;
        for (int last = 0; last < turns.size(); last++) {
            aged = aged(turns, aged, last);
        }
        return aged;
    }

    /** Returns how many of the turns up to {@code last} have aged, given the number one turn before. */
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
