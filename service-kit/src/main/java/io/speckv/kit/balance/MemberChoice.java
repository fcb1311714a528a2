package io.speckv.kit.balance;

import java.util.List;

/** Chooses the member of a pool that gets a call. */
sealed interface MemberChoice permits LeastLoaded, ByPrefix {

    /**
     * A member that can be called now.
     *
     * @param name the same at every router
     * @param calls that run on the member
     * @param refused number of those calls that it has just refused or broken
     */
    record Candidate(String name, int calls, int refused) {}

    /**
     * Returns the index of a candidate.
     *
     * @param candidates at least one
     * @param prefix hash of the beginning of the call's content
     * @param turn grows by one with each call
     */
    int choose(List<Candidate> candidates, long prefix, int turn);
}
