package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.RandomScores;
import io.speckv.selection.Reduction;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What each cache policy does that no other does. */
class CacheBaselinesTest {
    private static final Pooling NO_POOLING = new Pooling.Centred(PoolType.NONE, 1);

    private static LayerScores layer(CachePolicy policy, int layer, int layers, int n, int kvHeads, float... values) {
        return new LayerScores(
                layer, layers, n, 0, kvHeads, policy.observation(n, 0).candidateKeys(), values);
    }

    @Test
    void snapKvSumsTheWindowsQueriesAndDecodesFromThePrefillsLogits() {
        SnapKv policy = new SnapKv(4, 2, NO_POOLING, Reduction.MEAN);

        assertThat(policy.observation(8, 0)).isEqualTo(new Observation(2, 6, Reduction.SUM, Reduction.MEAN, false));
        assertThat(policy.keep(layer(policy, 0, 1, 8, 1, 1, 5, 2, 4, 0, 0)).perHead())
                .isDeepEqualTo(new int[][] {{1, 3, 6, 7}});
        assertThat(policy.refeedsLastToken()).isFalse();
        assertThatThrownBy(() -> new SnapKv(32, 32, NO_POOLING, Reduction.MEAN))
                .hasMessage("max_capacity_prompt = 32: must be above window_size (32)");
    }

    @Test
    void pyramidKvGivesEarlyLayersMore() {
        PyramidKv policy = new PyramidKv(72, 8, NO_POOLING, Reduction.MEAN, 20);

        // B = 64: from 128 - 3 = 125 down to 3 in 4 layers, steps of 40.
        assertThat(selectedPerLayer(policy, 4, 1000)).containsExactly(125, 85, 45, 5);
        // Clipped to the 120 candidates, the rest given back to the last layer: 120 down to 8, steps of 37.
        assertThat(selectedPerLayer(policy, 4, 120 + 8)).containsExactly(120, 83, 46, 9);
        assertThat(selectedPerLayer(policy, 4, 127)).containsExactly(64, 64, 64, 64);
        assertThat(selectedPerLayer(policy, 1, 1000)).containsExactly(64);
        assertThat(policy.keep(layer(policy, 3, 4, 1000, 1, RandomScores.distinct(1, 992)))
                        .selected()[0])
                .hasSize(5);
    }

    private static int[] selectedPerLayer(PyramidKv policy, int layers, int n) {
        int[] selected = new int[layers];
        Arrays.setAll(selected, layer -> policy.selectedIn(layer, layers, n));
        return selected;
    }

    @Test
    void adaSnapKvGivesPlacesToTheHeadsWithTheHighestScores() {
        float[] values = {9, 8, 7, 6, 5, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1};
        AdaSnapKv free = new AdaSnapKv(4, 2, NO_POOLING, Reduction.MEAN, 0);
        AdaSnapKv halfSafe = new AdaSnapKv(4, 2, NO_POOLING, Reduction.MEAN, 0.5);
        AdaSnapKv uniform = new AdaSnapKv(4, 2, NO_POOLING, Reduction.MEAN, 1);

        assertThat(free.keep(layer(free, 0, 1, 10, 2, values)).selected())
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3}, {}});
        assertThat(halfSafe.keep(layer(halfSafe, 0, 1, 10, 2, values)).selected())
                .isDeepEqualTo(new int[][] {{0, 1, 2}, {0}});
        assertThat(uniform.keep(layer(uniform, 0, 1, 10, 2, values)).selected())
                .isDeepEqualTo(new int[][] {{0, 1}, {0, 1}});
    }

    @Test
    void adaSpecKvIsSpecKvWhenNoPlaceIsOpenToCompetition() {
        Pooling.Centred pooling = new Pooling.Centred(PoolType.MAX, 3);
        LookaheadSource draft = new LookaheadSource.Draft(null);
        SpecKv specKv = new SpecKv(new FixedBudget(20), 4, pooling, Reduction.MAX, draft, null);
        AdaSpecKv ada = new AdaSpecKv(20, 4, pooling, Reduction.MAX, 1, draft, null);
        float[] values = RandomScores.distinct(3, 3 * 95);

        assertThat(ada.observation(100, 7)).isEqualTo(specKv.observation(100, 7));
        assertThat(ada.keep(layer(ada, 0, 1, 100, 3, values)).perHead())
                .isDeepEqualTo(specKv.keep(layer(specKv, 0, 1, 100, 3, values)).perHead());
    }

    @Test
    void h2oObservesEveryQueryAndCanDivideByThoseThatSeeAKey() {
        H2o sums = new H2o(3, 2, Reduction.MEAN, false);
        H2o means = new H2o(3, 2, Reduction.MEAN, true);

        assertThat(sums.observation(6, 0).queries()).isEqualTo(Observation.ALL_QUERIES);
        // Sums 6, 5.5, 5, 4 seen by 6, 5, 4, 3 queries: means 1, 1.1, 1.25, 1.33.
        assertThat(sums.keep(layer(sums, 0, 1, 6, 1, 6, 5.5f, 5, 4)).selected()[0])
                .containsExactly(0);
        assertThat(means.keep(layer(means, 0, 1, 6, 1, 6, 5.5f, 5, 4)).selected()[0])
                .containsExactly(3);
    }

    @Test
    void tovaSharesOneSetAmongTheHeadsAndPinsTheLastToken() {
        Tova policy = new Tova(3);

        assertThat(policy.observation(6, 0)).isEqualTo(new Observation(1, 5, Reduction.MEAN, Reduction.MEAN, true));
        assertThat(policy.keep(layer(policy, 0, 1, 6, 2, .1f, .4f, .2f, .3f, 0)).perHead())
                .isDeepEqualTo(new int[][] {{1, 3, 5}, {1, 3, 5}});
    }

    @Test
    void streamingKeepsSinksAndRecentTokens() {
        StreamingLlm policy = new StreamingLlm(6, 4);

        assertThat(policy.keep(LayerScores.unobserved(0, 1, 10, 0, 1)).perHead())
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3, 8, 9}});
    }

    @Test
    void laqObservesPseudoTokensAndItsOwnWindow() {
        SnapKv stageOne = new SnapKv(6, 4, NO_POOLING, Reduction.MEAN);
        LaqPlusPlus plus =
                new LaqPlusPlus(6, 2, NO_POOLING, Reduction.MEAN, new LookaheadSource.PseudoDecoding(8, stageOne));
        LaqPlusPlus laq =
                new LaqPlusPlus(6, 0, NO_POOLING, Reduction.MEAN, new LookaheadSource.PseudoDecoding(8, stageOne));

        assertThat(plus.observation(20, 8)).isEqualTo(new Observation(10, 18, Reduction.SUM, Reduction.MEAN, false));
        assertThat(laq.observation(20, 5)).isEqualTo(new Observation(5, 20, Reduction.SUM, Reduction.MEAN, false));
        assertThat(laq.keep(layer(laq, 0, 1, 20, 1, RandomScores.distinct(1, 20)))
                        .perHead()[0])
                .hasSize(6);
        assertThat(plus.lookaheadSource().pseudoDecoding()).isNotNull();
        assertThat(plus.lookaheadSource().draftTokens(100)).isZero();
    }

    @Test
    void receivedScoresKeepTheSameTokensInEveryHeadWithoutObservingAnything() {
        ReceivedScores policy = new ReceivedScores(new FixedBudget(4), 2, NO_POOLING, new float[0]);
        CachePolicy forRequest = policy.withReceivedScores(new float[] {1, 9, 2, 8, 0, 9});

        assertThat(policy.observation(6, 0)).isEqualTo(Observation.NONE);
        assertThat(forRequest.keep(LayerScores.unobserved(0, 1, 6, 0, 2)).perHead())
                .isDeepEqualTo(new int[][] {{1, 3, 4, 5}, {1, 3, 4, 5}});
        assertThatThrownBy(() -> policy.keep(LayerScores.unobserved(0, 1, 6, 0, 2)))
                .hasMessageContaining("0 scores for 6 tokens");
    }

    @Test
    void blendedScoresLieBetweenTheTargetsAndTheDrafts() {
        SpecKv specKv = new SpecKv(
                new FixedBudget(3),
                1,
                new Pooling.Centred(PoolType.MAX, 1),
                Reduction.MAX,
                new LookaheadSource.ScoringPass(),
                null);
        float[] received = {0, 0, 30, 20, 0, 0};
        float[] own = {4, 3, 0, 2};

        assertThat(blended(specKv, 0, received, own)).containsExactly(0, 1);
        assertThat(blended(specKv, 0.5, received, own)).containsExactly(2, 3);
        assertThat(blended(specKv, 0.25, received, own)).containsExactly(0, 3);
        assertThat(blended(specKv, 1, received, own)).containsExactly(2, 3);
        assertThat(blended(specKv, 0.5, new float[6], new float[4])).containsExactly(0, 1);
    }

    private static int[] blended(SpecKv specKv, double weight, float[] received, float[] own) {
        CachePolicy policy = new BlendedScores(specKv, weight, new float[0]).withReceivedScores(received);
        return policy.keep(layer(policy, 0, 1, 6, 1, own)).selected()[0];
    }
}
