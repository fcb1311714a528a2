package io.speckv.router.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.router.model.PoolSpread.Candidate;
import io.speckv.router.settings.RoutedModelSettings.Spread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds of all weights, and of pools that come and go. */
class PoolSpreadTest {
    private static final int REQUESTS = 20_000;

    private static List<Candidate> random(Random random) {
        List<Candidate> pools = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            pools.add(new Candidate("pool-" + i, random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(100)));
        }
        pools.add(new Candidate("last", 1 + random.nextInt(20)));
        return pools;
    }

    private static double share(Candidate pool, List<Candidate> pools) {
        return pool.weight()
                / (double) pools.stream().mapToInt(Candidate::weight).sum();
    }

    /** Not only in the long run: at no time has a pool a whole request per other pool more or fewer than its share. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void byShareEveryPoolHasItsShareAtAnyTime(long seed) {
        List<Candidate> pools = random(new Random(seed));
        PoolSpread spread = PoolSpread.of(Spread.BY_SHARE);
        Map<String, Integer> counts = new HashMap<>();
        for (int total = 1; total <= 2000; total++) {
            counts.merge(spread.choose(pools, 7), 1, Integer::sum);
            for (Candidate pool : pools) {
                double due = total * share(pool, pools);
                assertThat((double) counts.getOrDefault(pool.name(), 0))
                        .isBetween(due - pools.size(), due + pools.size());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void byPrefixEveryPoolHasItsShareOfThePrefixesAndAPrefixItsPool(long seed) {
        Random random = new Random(seed);
        List<Candidate> pools = random(random);
        List<Candidate> shuffled = new ArrayList<>(pools);
        PoolSpread spread = PoolSpread.of(Spread.BY_PREFIX);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < REQUESTS; i++) {
            long prefix = random.nextLong();
            String chosen = spread.choose(pools, prefix);
            Collections.shuffle(shuffled, random);
            assertThat(spread.choose(shuffled, prefix)).isEqualTo(chosen);
            counts.merge(chosen, 1, Integer::sum);
        }
        for (Candidate pool : pools) {
            assertThat(counts.getOrDefault(pool.name(), 0) / (double) REQUESTS)
                    .isBetween(share(pool, pools) - 0.02, share(pool, pools) + 0.02);
        }
    }

    /** A canary that gets more takes from the others, and nothing moves between those; so does one that is lost, the other way. */
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 50, 400})
    void byPrefixOnlyPrefixesOfThePoolWhoseWeightChangesMove(int weight) {
        List<Candidate> before =
                List.of(new Candidate("a", 60), new Candidate("b", 35), new Candidate("canary", weight));
        List<Candidate> after =
                List.of(new Candidate("a", 60), new Candidate("b", 35), new Candidate("canary", weight + 20));
        PoolSpread spread = PoolSpread.of(Spread.BY_PREFIX);
        for (long prefix = 0; prefix < REQUESTS; prefix++) {
            String chosen = spread.choose(after, prefix);
            if (!chosen.equals("canary")) {
                assertThat(spread.choose(before, prefix)).isEqualTo(chosen);
                assertThat(spread.choose(after.subList(0, 2), prefix)).isEqualTo(chosen);
            }
        }
    }

    /** One that comes back gets its share again, and does not make up for what it missed. */
    @Test
    void byShareAPoolThatWasGoneMakesUpForNothing() {
        List<Candidate> both = List.of(new Candidate("a", 1), new Candidate("b", 1));
        PoolSpread spread = PoolSpread.of(Spread.BY_SHARE);
        for (int i = 0; i < 100; i++) {
            assertThat(spread.choose(both.subList(0, 1), i)).isEqualTo("a");
        }
        int backAtB = 0;
        for (int i = 0; i < 100; i++) {
            backAtB += spread.choose(both, i).equals("b") ? 1 : 0;
        }
        assertThat(backAtB).isBetween(49, 51);
    }

    @ParameterizedTest
    @EnumSource(Spread.class)
    void aPoolOfNoWeightIsAskedOnlyWhereThereIsNoOther(Spread policy) {
        PoolSpread spread = PoolSpread.of(policy);
        Candidate none = new Candidate("none", 0);
        for (long prefix = 0; prefix < 1000; prefix++) {
            assertThat(spread.choose(List.of(none, new Candidate("some", 1)), prefix))
                    .isEqualTo("some");
            assertThat(spread.choose(List.of(none), prefix)).isEqualTo("none");
        }
    }

    /** What one pool was given while another was away is no reason to ask one that is to get nothing. */
    @ParameterizedTest
    @EnumSource(Spread.class)
    void aPoolOfNoWeightIsAskedOnlyWhereThereIsNoOtherHoweverTheOthersComeAndGo(Spread policy) {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            PoolSpread spread = PoolSpread.of(policy);
            List<Candidate> pools = random(random);
            for (int i = 0; i < 200; i++) {
                List<Candidate> ready =
                        pools.stream().filter(pool -> random.nextBoolean()).toList();
                if (!ready.isEmpty()) {
                    String chosen = spread.choose(ready, random.nextLong());
                    boolean weighty =
                            ready.stream().anyMatch(pool -> pool.name().equals(chosen) && pool.weight() > 0);
                    assertThat(weighty).isEqualTo(ready.stream().anyMatch(pool -> pool.weight() > 0));
                }
            }
        }
    }
}
