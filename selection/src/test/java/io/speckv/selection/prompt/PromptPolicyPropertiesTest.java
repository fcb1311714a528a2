package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.RandomScores;
import io.speckv.selection.Window;
import io.speckv.selection.method.Methods;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every prompt policy, over seeded prompts and settings. */
class PromptPolicyPropertiesTest {
    private static final int LONG = 1 << 20;

    /** Every method of the table that shortens prompts. */
    static Stream<Arguments> policies() {
        List<String> names = Methods.names().stream()
                .filter(name -> Methods.of(name, Map.of()).prompt().compresses(LONG))
                .toList();
        assertThat(names).contains("specpc", "specprefill", "llmlingua2", "truncate", "random", "speckv-pc");
        return names.stream()
                .flatMap(name -> Stream.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L).map(seed -> Arguments.of(name, seed)));
    }

    private static PromptPolicy policy(String name, int capacity, long seed) {
        return Methods.of(name, settings(name, capacity, new SplittableRandom(seed)))
                .prompt();
    }

    /** Random values of whatever the method, or the cascade's first stage, can set. */
    private static Map<String, Object> settings(String name, int capacity, SplittableRandom random) {
        Map<String, Object> drawn = new LinkedHashMap<>();
        drawn.put("max_capacity_prompt", capacity);
        drawn.put("window_size", 1 + random.nextInt(9));
        int kernel = 1 + random.nextInt(20);
        drawn.put("kernel_size", name.equals("specprefill") ? kernel | 1 : kernel);
        drawn.put("neighbor_tokens", random.nextInt(20));
        drawn.put("chunk_size", 1 + random.nextInt(name.equals("specprefill") ? 8 : 60));
        drawn.put("seed", random.nextInt(99));
        drawn.put("classifier", "folder");
        Map<String, ? extends @Nullable Object> keys = Methods.applied(name, Map.of());
        if (keys.get("specpc") instanceof Map<?, ?> stage) {
            drawn.keySet().retainAll(stage.keySet());
            return Map.of("specpc", drawn);
        }
        drawn.keySet().retainAll(keys.keySet());
        return drawn;
    }

    @ParameterizedTest
    @MethodSource("policies")
    void keepsAscendingDistinctPositionsWithinTheBudget(String name, long seed) {
        int n = 100 + (int) seed * 37;
        int capacity = 20 + (int) seed * 5;
        for (float[] scores : List.of(RandomScores.distinct(seed, n), RandomScores.tied(seed, n), new float[n])) {
            int[] kept = policy(name, capacity, seed).keep(n, scores);

            assertThat(kept).isSorted().doesNotHaveDuplicates();
            assertThat(kept[0]).isNotNegative();
            assertThat(kept[kept.length - 1]).isLessThan(n);
            if (name.equals("specprefill")) {
                assertThat(kept.length).isBetween(capacity - 15, capacity);
            } else {
                assertThat(kept).hasSize(capacity);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void keepsEverythingWhenTheBudgetCoversThePrompt(String name, long seed) {
        for (int n : new int[] {1, 19, 20}) {
            PromptPolicy policy = policy(name, 20, seed);

            assertThat(policy.compresses(n)).isFalse();
            assertThat(policy.keep(n, RandomScores.distinct(seed, n))).isEqualTo(Window.range(0, n));
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void dropsNothingThatASmallerBudgetKept(String name, long seed) {
        if (name.equals("llmlingua2")) {
            return; // Documented: rounding of the chunks' quotas may move a place between chunks.
        }
        int n = 240;
        float[] scores = RandomScores.distinct(seed, n);
        List<Integer> smaller = List.of();
        for (int capacity = 12; capacity <= n; capacity += 1 + capacity / 7) {
            List<Integer> kept = Arrays.stream(policy(name, capacity, seed).keep(n, scores))
                    .boxed()
                    .toList();
            assertThat(kept).containsAll(smaller);
            smaller = kept;
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void keepsTheSameWhenScoresAreScaled(String name, long seed) {
        int n = 300;
        float[] scores = RandomScores.distinct(seed, n);
        float[] scaled = scores.clone();
        for (int i = 0; i < n; i++) {
            scaled[i] *= 1024f;
        }

        assertThat(policy(name, 40, seed).keep(n, scaled))
                .isEqualTo(policy(name, 40, seed).keep(n, scores));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void refusesScoresThatAreNotNumbersWhereItReadsThem(String name, long seed) {
        float[] scores = RandomScores.distinct(seed, 100);
        scores[42] = Float.NaN;
        PromptPolicy policy = policy(name, 40, seed);

        if (policy.scoreSource() instanceof ScoreSource.None) {
            assertThat(policy.keep(100, scores)).hasSize(40);
        } else {
            assertThatThrownBy(() -> policy.keep(100, scores)).hasMessageContaining("score 42 is NaN");
        }
    }

    private static ProtectedTokens drawn(SplittableRandom random, int tokens, int most) {
        int[] positions = new int[random.nextInt(most + 1)];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = random.nextInt(tokens);
        }
        return ProtectedTokens.of(positions);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void whatIsProtectedStaysAndTheBudgetHolds(String name, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 40; round++) {
            int n = 60 + random.nextInt(300);
            PromptPolicy policy = policy(name, 20 + random.nextInt(30), seed);
            float[] scores = RandomScores.distinct(seed + round, n);
            ProtectedTokens kept = drawn(random, n, policy.mostKept(n));
            int[] positions = policy.keep(n, scores, kept);

            assertThat(positions).isSorted().doesNotHaveDuplicates();
            assertThat(Arrays.stream(positions).boxed().toList())
                    .containsAll(Arrays.stream(kept.positions()).boxed().toList());
            assertThat(positions.length).isLessThanOrEqualTo(policy.mostKept(n));
            if (!name.equals("specprefill")) {
                assertThat(positions).hasSize(policy.mostKept(n));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("policies")
    void withoutProtectionNothingChanges(String name, long seed) {
        int n = 150;
        float[] scores = RandomScores.tied(seed, n);
        assertThat(policy(name, 40, seed).keep(n, scores, ProtectedTokens.NONE))
                .isEqualTo(policy(name, 40, seed).keep(n, scores));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void protectingWhatStaysAnywayKeepsTheRest(String name, long seed) {
        if (name.equals("specprefill") || name.equals("llmlingua2") || name.equals("random")) {
            return; // Chunks, shares of chunks and lots are drawn anew among the others.
        }
        int n = 200;
        float[] scores = RandomScores.distinct(seed, n);
        int[] kept = policy(name, 40, seed).keep(n, scores);
        ProtectedTokens some = ProtectedTokens.of(kept[0], kept[20], kept[39]);
        assertThat(policy(name, 40, seed).keep(n, scores, some)).isEqualTo(kept);
    }

    @ParameterizedTest
    @MethodSource("policies")
    void refusesMoreProtectionThanTheBudgetHolds(String name, long seed) {
        PromptPolicy policy = policy(name, 40, seed);
        int most = policy.mostKept(200);
        ProtectedTokens more = ProtectedTokens.of(Window.range(0, most + 1));
        assertThatThrownBy(() -> policy.keep(200, RandomScores.distinct(seed, 200), more))
                .hasMessage((most + 1) + " tokens are protected, and the budget holds " + most);
    }
}
