package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Reduction;
import org.junit.jupiter.api.Test;

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
}
