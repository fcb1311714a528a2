package io.speckv.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenCountsTest {
    private static TokenCounts counts() {
        TokenCounts counts = new TokenCounts(6);
        counts.add(new int[] {3, 3, 1, 4, 3});
        counts.add(new int[] {4, 9});
        return counts;
    }

    @Test
    void ranksByFrequencyAndEqualsByLowerIds() {
        assertThat(counts().mostFrequent(6, Set.of())).containsExactly(3, 4, 1, 0, 2, 5);
        assertThat(counts().mostFrequent(2, Set.of())).containsExactly(3, 4);
    }

    @Test
    void someTokensAlwaysStay() {
        assertThat(counts().mostFrequent(2, Set.of(5))).containsExactly(5, 3);
    }

    @Test
    void tellsWhatAListCovers() {
        assertThat(counts().total()).isEqualTo(6);
        assertThat(counts().share(new int[] {3, 5})).isCloseTo(0.5, within(1e-12));
        assertThat(new TokenCounts(2).share(new int[] {1})).isZero();
    }
}
