package io.speckv.selection.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.selection.RandomScores;
import io.speckv.selection.TopK;
import io.speckv.selection.Window;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CollapseTest {
    private static final int TOKENS = 1000;

    @Test
    void aChoiceFromAllOverThePromptIsNone() {
        float[] scores = RandomScores.distinct(1, TOKENS);
        assertThat(Collapse.of(scores, TopK.ascending(scores, 100), new boolean[TOKENS]))
                .isEqualTo(Collapse.NONE);
        assertThat(Collapse.of(new float[0], Window.range(0, 100), new boolean[0]))
                .isEqualTo(Collapse.NONE);
        assertThat(Collapse.of(scores, Window.range(0, TOKENS), new boolean[TOKENS]))
                .isEqualTo(Collapse.NONE);
    }

    @Test
    void equalScoresAreFlat() {
        float[] scores = new float[TOKENS];
        assertThat(Collapse.of(scores, TopK.ascending(scores, 100), new boolean[TOKENS]))
                .isEqualTo(Collapse.FLAT_SCORES);
        Arrays.fill(scores, 0.25f);
        scores[500] = 0.2501f;
        assertThat(Collapse.of(scores, TopK.ascending(scores, 100), new boolean[TOKENS]))
                .isEqualTo(Collapse.FLAT_SCORES);
    }

    @Test
    void theEndsAloneAreAnEndOfChoice() {
        float[] scores = new float[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            scores[i] = i < 50 || i >= 950 ? 1 : 0.01f;
        }
        assertThat(Collapse.of(scores, TopK.ascending(scores, 100), new boolean[TOKENS]))
                .isEqualTo(Collapse.ENDS_ONLY);
        for (int i = 400; i < 403; i++) {
            scores[i] = 2;
        }
        assertThat(Collapse.of(scores, TopK.ascending(scores, 100), new boolean[TOKENS]))
                .isEqualTo(Collapse.NONE);
    }

    /** A prompt just beyond its budget: nearly all of it is kept, and what is left out has no score. */
    @Test
    void nearlyEverythingKeptIsNoFlatChoice() {
        float[] scores = new float[TOKENS];
        Arrays.fill(scores, 0, TOKENS - 10, 1f);

        assertThat(Collapse.of(scores, Window.range(0, TOKENS - 10), new boolean[TOKENS]))
                .isEqualTo(Collapse.NONE);
    }

    /** The first token draws half of all attention, and is kept whatever its score. */
    @Test
    void protectedTokensCountOnNeitherSide() {
        float[] scores = new float[TOKENS];
        boolean[] isProtected = new boolean[TOKENS];
        scores[0] = TOKENS;
        isProtected[0] = true;
        for (int i = 1; i < TOKENS; i++) {
            scores[i] = i % 2 == 0 ? 0.9f : 0.1f;
        }
        int[] kept = IntStream.range(1, TOKENS).filter(i -> i % 2 == 0).toArray();

        assertThat(Collapse.of(scores, kept, isProtected)).isEqualTo(Collapse.NONE);
    }
}
