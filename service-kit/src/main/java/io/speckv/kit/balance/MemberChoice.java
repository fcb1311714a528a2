package io.speckv.kit.balance;

import java.util.List;

/** Which member of a pool gets a call. */
sealed interface MemberChoice permits LeastLoaded, ByPrefix {

    /**
     * A member that can be called now.
     *
     * @param name the same at every router
     * @param calls that run on it
     * @param refused of those, calls that it has just refused or broken on
     */
    record Candidate(String name, int calls, int refused) {}

    /**
     * Returns the index of a candidate.
     *
     * @param candidates at least one
     * @param prefix hash of the beginning of what the call brings
     * @param turn grows by one with each call
     */
    int choose(List<Candidate> candidates, long prefix, int turn);
}
