package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.RandomScores;
import io.speckv.selection.method.Methods;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every cache policy, over seeded scores. */
class CachePolicyPropertiesTest {
    private static final int HEADS = 4;
    private static final int LAYERS = 3;

    private static final String CASCADE = "speckv-pc";

    /** Few enough tokens that always stay for a budget of 30 to leave room to choose. */
    private static final Map<String, Integer> SMALL = Map.of(
            "window_size",
            6,
            "stage_one_window_size",
            6,
            "correction_window_size",
            6,
            "recent_tokens",
            6,
            "sink_tokens",
            4);

    private static final Set<String> RECEIVED = Set.of("received", "blend");
    private static final Set<String> RAGGED = Set.of("ada-speckv", "ada-snapkv", "pyramidkv");

    /** Every method of the table that evicts, the cascade once with each way to rank in its second stage. */
    static Stream<Arguments> policies() {
        List<String> names = Methods.names().stream()
                .filter(name -> !name.equals(CASCADE))
                .filter(name -> Methods.of(name, Map.of()).cache().compresses(1 << 20))
                .toList();
        assertThat(names).contains("speckv", "snapkv", "h2o", "laq++");
        return Stream.concat(names.stream(), Stream.of("lookahead", "own_lookahead", "received", "blend"))
                .flatMap(name -> Stream.of(1L, 2L, 3L, 4L).map(seed -> Arguments.of(name, seed)));
    }

    private static CachePolicy policy(String name, int capacity, float[] received) {
        CachePolicy policy = Methods.names().contains(name)
                ? Methods.of(
                                name,
                                settings(
                                        capacity,
                                        Methods.applied(name, Map.of()).keySet()))
                        .cache()
                : secondStage(name, capacity);
        assertThat(policy.needsReceivedScores()).isEqualTo(RECEIVED.contains(name));
        return policy.withReceivedScores(received);
    }

    private static CachePolicy secondStage(String ranking, int capacity) {
        Map<String, ? extends @Nullable Object> applied = Methods.applied(CASCADE, Map.of("second_stage", ranking));
        Map<?, ?> stage = (Map<?, ?>) Objects.requireNonNull(applied.get("speckv"));
        return Methods.of(CASCADE, Map.of("speckv", settings(capacity, stage.keySet()), "second_stage", ranking))
                .cache();
    }

    private static Map<String, Object> settings(int capacity, Set<?> keys) {
        Map<String, Object> settings = new HashMap<>(SMALL);
        settings.keySet().retainAll(keys);
        settings.put("max_capacity_prompt", capacity);
        return settings;
    }

    private static List<Integer> boxed(int[] positions) {
        return Arrays.stream(positions).boxed().toList();
    }

    private static LayerScores layer(CachePolicy policy, int layer, int n, float[] values) {
        Observation observation = policy.observation(n, 3);
        int length = observation.rows(HEADS) * observation.candidateKeys();
        return new LayerScores(layer, LAYERS, n, 3, HEADS, observation.candidateKeys(), Arrays.copyOf(values, length));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void keepsAscendingDistinctPromptPositionsAndTheWindow(String name, long seed) {
        int n = 90 + (int) seed * 31;
        int capacity = 30;
        List<float[]> cases = List.of(
                RandomScores.distinct(seed, HEADS * n), RandomScores.tied(seed, HEADS * n), new float[HEADS * n]);
        for (float[] values : cases) {
            CachePolicy policy = policy(name, capacity, Arrays.copyOf(values, n));
            int last = policy.refeedsLastToken() ? n - 2 : n - 1;
            for (int layer = 0; layer < LAYERS; layer++) {
                KeptKeys kept = policy.keep(layer(policy, layer, n, values));

                assertThat(kept.perHead()).hasNumberOfRows(HEADS);
                assertThat(kept.windowStart()).isBetween(n - capacity, last);
                for (int[] head : kept.perHead()) {
                    assertThat(head).isSorted().doesNotHaveDuplicates().endsWith(last);
                    assertThat(head[0]).isNotNegative();
                    assertThat(head[head.length - 1 - (last - kept.windowStart())])
                            .isEqualTo(kept.windowStart());
                    assertThat(RAGGED.contains(name) || head.length == capacity).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void neverKeepsMoreThanItSaysItMay(String name, long seed) {
        int n = 90 + (int) seed * 31;
        float[] oneHeadWins = RandomScores.distinct(seed, HEADS * n);
        Arrays.fill(oneHeadWins, n, HEADS * n, 0);
        CachePolicy policy = policy(name, 30, Arrays.copyOf(oneHeadWins, n));

        for (int layer = 0; layer < LAYERS; layer++) {
            for (int[] head : policy.keep(layer(policy, layer, n, oneHeadWins)).perHead()) {
                assertThat(head.length).isLessThanOrEqualTo(policy.mostKept(n, HEADS));
            }
        }
        assertThat(policy.mostKept(n, HEADS)).isLessThanOrEqualTo(n);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void keepsTheFullCacheWhenTheBudgetCoversThePrompt(String name, long seed) {
        CachePolicy policy = policy(name, 30, new float[0]);

        for (int n = 1; n <= 30; n++) {
            assertThat(policy.compresses(n)).isFalse();
        }
        assertThat(policy.compresses(30 + (policy.refeedsLastToken() ? 1 : 0))).isFalse();
        assertThat(policy.compresses(31 + (policy.refeedsLastToken() ? 1 : 0) + (int) seed))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("policies")
    void dropsNothingThatASmallerBudgetKept(String name, long seed) {
        if (name.equals("pyramidkv")) {
            return; // Documented: the step between layers is rounded down.
        }
        int n = 120;
        float[] values = RandomScores.distinct(seed, HEADS * n);
        int[][] smaller = new int[HEADS][0];
        for (int capacity = 8; capacity < n - 1; capacity += 1 + capacity / 6) {
            CachePolicy policy = policy(name, capacity, Arrays.copyOf(values, n));
            int[][] kept = policy.keep(layer(policy, 1, n, values)).perHead();
            for (int head = 0; head < HEADS; head++) {
                assertThat(boxed(kept[head])).containsAll(boxed(smaller[head]));
            }
            smaller = kept;
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void permutesWithTheHeads(String name, long seed) {
        int n = 110;
        float[] values = RandomScores.distinct(seed, HEADS * n);
        CachePolicy policy = policy(name, 30, Arrays.copyOf(values, n));
        LayerScores straight = layer(policy, 1, n, values);
        int rows = policy.observation(n, 3).rows(HEADS);
        float[] rotated = straight.values().clone();
        int row = straight.candidates();
        for (int head = 0; head < rows; head++) {
            System.arraycopy(straight.values(), head * row, rotated, (head + 1) % rows * row, row);
        }

        int[][] before = policy.keep(straight).perHead();
        int[][] after = policy.keep(layer(policy, 1, n, rotated)).perHead();

        for (int head = 0; head < HEADS; head++) {
            assertThat(after[(head + 1) % HEADS]).isEqualTo(before[head]);
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void keepsTheSameWhenScoresAreScaled(String name, long seed) {
        int n = 110;
        float[] values = RandomScores.distinct(seed, HEADS * n);
        float[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= 512f;
        }
        CachePolicy policy = policy(name, 30, Arrays.copyOf(values, n));

        assertThat(policy.keep(layer(policy, 0, n, scaled)).perHead())
                .isDeepEqualTo(policy.keep(layer(policy, 0, n, values)).perHead());
    }

    @ParameterizedTest
    @MethodSource("policies")
    void refusesScoresThatAreNotNumbersWhereItReadsThem(String name, long seed) {
        int n = 110;
        float[] values = RandomScores.distinct(seed, HEADS * n);
        values[17] = Float.NaN;
        CachePolicy policy = policy(name, 30, Arrays.copyOf(values, n));

        if (name.equals("streaming")) {
            assertThat(policy.keep(layer(policy, 0, n, values)).perHead()[0]).hasSize(30);
        } else {
            assertThatThrownBy(() -> policy.keep(layer(policy, 0, n, values))).hasMessageContaining("score 17 is NaN");
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void protectedKeysStayAndEveryHeadKeepsAsMany(String name, long seed) {
        int n = 90 + (int) seed * 31;
        float[] values = RandomScores.distinct(seed, HEADS * n);
        CachePolicy policy = policy(name, 30, Arrays.copyOf(values, n));
        ProtectedTokens tokens = ProtectedTokens.of(3, 20, 21);
        for (int layer = 0; layer < LAYERS; layer++) {
            LayerScores scores = layer(policy, layer, n, values);
            KeptKeys without = policy.keep(scores);
            KeptKeys with = policy.protecting(tokens).keep(scores);
            for (int head = 0; head < HEADS; head++) {
                assertThat(with.perHead()[head])
                        .hasSameSizeAs(without.perHead()[head])
                        .isSorted();
                if (without.selected()[head].length >= tokens.count()) {
                    assertThat(boxed(with.perHead()[head])).contains(3, 20, 21);
                }
                assertThat(boxed(with.perHead()[head]))
                        .as("others stay but for those that gave way")
                        .hasSizeLessThanOrEqualTo(policy.mostKept(n, HEADS));
            }
            assertThat(with.windowStart()).isEqualTo(without.windowStart());
        }
        assertThat(policy.protecting(ProtectedTokens.NONE)).isSameAs(policy);
    }
}
