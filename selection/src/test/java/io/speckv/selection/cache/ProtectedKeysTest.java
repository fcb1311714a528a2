package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Reduction;
import io.speckv.selection.method.Methods;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link ProtectedKeys} gives up for tokens that stay; CachePolicyPropertiesTest holds it for every policy. */
class ProtectedKeysTest {
    private final SnapKv snapKv = new SnapKv(5, 2, new Pooling.Centred(PoolType.NONE, 1), Reduction.MAX);

    /** Ten tokens, one head: the window is 8 and 9, the three best of the others are 1, 4 and 6. */
    private int[] kept(ProtectedTokens tokens) {
        float[] scores = {0.1f, 0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.7f, 0.1f};
        LayerScores layer = new LayerScores(0, 1, 10, 0, 1, 8, scores);
        return snapKv.protecting(tokens).keep(layer).perHead()[0];
    }

    @Test
    void aProtectedKeyTakesThePlaceOfTheLeast() {
        assertThat(kept(ProtectedTokens.NONE)).containsExactly(1, 4, 6, 8, 9);
        assertThat(kept(ProtectedTokens.of(0))).containsExactly(0, 1, 4, 8, 9);
        assertThat(kept(ProtectedTokens.of(0, 6))).containsExactly(0, 1, 6, 8, 9);
        assertThat(kept(ProtectedTokens.of(1, 9))).containsExactly(1, 4, 6, 8, 9);
    }

    @Test
    void moreThanThereArePlacesForStayByTheirScores() {
        assertThat(kept(ProtectedTokens.of(0, 2, 3, 5, 7))).containsExactly(0, 3, 5, 8, 9);
    }

    @Test
    void ofEqualScoresTheLaterGivesWay() {
        float[] scores = {0.1f, 0.9f, 0.1f, 0.7f, 0.1f, 0.7f, 0.2f, 0.1f};
        LayerScores layer = new LayerScores(0, 1, 10, 0, 1, 8, scores);

        assertThat(snapKv.protecting(ProtectedTokens.of(0)).keep(layer).perHead()[0])
                .containsExactly(0, 1, 3, 8, 9);
    }

    static List<String> methods() {
        return Methods.names();
    }

    /** Only the choice of keys is another. */
    @ParameterizedTest
    @MethodSource("methods")
    void whatElseAPolicyAsksForStays(String method) {
        CachePolicy policy = Methods.of(method, Map.of()).cache();
        CachePolicy safe = policy.protecting(ProtectedTokens.of(0));

        assertThat(safe.refeedsLastToken()).isEqualTo(policy.refeedsLastToken());
        assertThat(safe.lookaheadSource()).isEqualTo(policy.lookaheadSource());
        assertThat(safe.sparsePrefill()).isEqualTo(policy.sparsePrefill());
        assertThat(safe.needsReceivedScores()).isEqualTo(policy.needsReceivedScores());
        assertThat(safe.correction() == null).isEqualTo(policy.correction() == null);
        for (int promptTokens : new int[] {9, 1024, 1025, 5000}) {
            assertThat(safe.compresses(promptTokens)).isEqualTo(policy.compresses(promptTokens));
            assertThat(safe.lookaheadChooses(promptTokens)).isEqualTo(policy.lookaheadChooses(promptTokens));
            assertThat(safe.mostKept(promptTokens, 4)).isEqualTo(policy.mostKept(promptTokens, 4));
        }
    }

    @Test
    void scoresThatComeLaterLeaveTheTokensProtected() {
        CachePolicy later = new ReceivedScores(
                        new FixedBudget(5), 2, new Pooling.Centred(PoolType.NONE, 1), new float[0])
                .protecting(ProtectedTokens.of(0));
        assertThat(later.needsReceivedScores()).isTrue();

        CachePolicy ready = later.withReceivedScores(new float[10]);

        assertThat(ready)
                .isInstanceOfSatisfying(
                        ProtectedKeys.class,
                        safe -> assertThat(safe.tokens().positions()).containsExactly(0));
    }
}
