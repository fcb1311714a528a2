package io.speckv.kit.balance;

import java.util.List;

/**
 * Sends the same prefix to the same member, whose prefix cache knows it, unless that member is overloaded: rendezvous
 * hashing with bounded loads (arXiv 1608.01350). A member that joins takes its share from all others, and the share of a
 * member that leaves is spread over all others. No other prefix moves.
 */
record ByPrefix() implements MemberChoice {
    /** Most calls of a member, as a multiple of the mean of all members. */
    private static final double BOUND = 1.25;

    @Override
    public int choose(List<Candidate> candidates, long prefix, int turn) {
        int most = bound(candidates);
        int best = -1;
        for (int i = 0; i < candidates.size(); i++) {
            Candidate candidate = candidates.get(i);
            boolean fits = candidate.refused() == 0 && candidate.calls() < most;
            if (fits && (best < 0 || isNearer(candidate, candidates.get(best), prefix))) {
                best = i;
            }
        }
        return best < 0 ? new LeastLoaded().choose(candidates, prefix, turn) : best;
    }

    /** Returns the most calls that a member may have, the new call included. */
    private static int bound(List<Candidate> candidates) {
        int calls = candidates.stream().mapToInt(Candidate::calls).sum() + 1;
        return (int) Math.ceil(BOUND * calls / candidates.size());
    }

    private static boolean isNearer(Candidate one, Candidate other, long prefix) {
        return Long.compareUnsigned(PrefixHash.rank(one.name(), prefix), PrefixHash.rank(other.name(), prefix)) > 0;
    }
}
