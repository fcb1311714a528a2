package io.speckv.router.model;

import io.speckv.kit.balance.PrefixHash;
import io.speckv.router.settings.RoutedModelSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Chooses the pool of a model that gets a request. Thread-safe. */
sealed interface PoolSpread {

    /**
     * A pool that can be asked now.
     *
     * @param weight at least 0
     */
    record Candidate(String name, int weight) {}

    /**
     * Returns the name of a candidate.
     *
     * @param candidates at least one; one of weight 0 is chosen only if all have that
     * @param prefix hash of the beginning of the request's prompt
     */
    default String choose(List<Candidate> candidates, long prefix) {
        List<Candidate> weighty =
                candidates.stream().filter(candidate -> candidate.weight() > 0).toList();
        return chooseOf(weighty.isEmpty() ? candidates : weighty, prefix);
    }

    /** As {@link #choose}, of candidates that all may be chosen. */
    String chooseOf(List<Candidate> candidates, long prefix);

    static PoolSpread of(RoutedModelSettings.Spread spread) {
        return switch (spread) {
            case BY_SHARE -> new ByShare();
            case BY_PREFIX -> new ByPrefix();
        };
    }

    private static String most(List<Candidate> candidates, ToDoubleFunction<Candidate> figure) {
        Candidate best = candidates.get(0);
        for (Candidate candidate : candidates) {
            if (figure.applyAsDouble(candidate) > figure.applyAsDouble(best)) {
                best = candidate;
            }
        }
        return best.name();
    }

    /**
     * Each pool gets its share as evenly as whole requests allow: smooth weighted round robin, as in nginx. A pool gains credit
     * only while it can be asked, so a pool that comes back gets no burst of requests.
     */
    final class ByShare implements PoolSpread {
        private final Map<String, Long> due = new HashMap<>();

        @Override
        public synchronized String chooseOf(List<Candidate> candidates, long prefix) {
            long all = 0;
            for (Candidate candidate : candidates) {
                due.merge(candidate.name(), (long) candidate.weight(), Long::sum);
                all += candidate.weight();
            }
            String chosen = most(candidates, candidate -> due.getOrDefault(candidate.name(), 0L));
            due.merge(chosen, -all, Long::sum);
            return chosen;
        }
    }

    /**
     * Each pool gets its share of prompt beginnings: weighted rendezvous hashing. When a pool's weight grows, prompts move only
     * to that pool.
     */
    record ByPrefix() implements PoolSpread {
        @Override
        public String chooseOf(List<Candidate> candidates, long prefix) {
            return most(
                    candidates, candidate -> candidate.weight() / -Math.log(PrefixHash.draw(candidate.name(), prefix)));
        }
    }
}
