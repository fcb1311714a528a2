package io.speckv.kit.balance;

import java.util.List;

/** Chooses the member with the fewest running calls; equal members take turns. */
record LeastLoaded() implements MemberChoice {
    @Override
    public int choose(List<Candidate> candidates, long prefix, int turn) {
        int first = Math.floorMod(turn, candidates.size());
        int least = first;
        for (int i = 1; i < candidates.size(); i++) {
            int other = (first + i) % candidates.size();
            if (candidates.get(other).calls() < candidates.get(least).calls()) {
                least = other;
            }
        }
        return least;
    }
}
