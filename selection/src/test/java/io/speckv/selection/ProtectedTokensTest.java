package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ProtectedTokensTest {
    private final ProtectedTokens tokens = ProtectedTokens.of(7, 2, 7, 3);

    @Test
    void areDistinctAndAscending() {
        assertThat(tokens.positions()).containsExactly(2, 3, 7);
        assertThat(tokens.count()).isEqualTo(3);
        assertThat(ProtectedTokens.of().isEmpty()).isTrue();
    }

    @Test
    void leaveOthers() {
        assertThat(tokens.others(9)).containsExactly(0, 1, 4, 5, 6, 8);
        assertThat(tokens.with(new int[] {0, 8})).containsExactly(0, 2, 3, 7, 8);
        assertThat(tokens.flags(8)).containsExactly(false, false, true, true, false, false, false, true);
    }

    @Test
    void standSomewhereAmongWhatWasKept() {
        assertThat(tokens.placesIn(new int[] {0, 2, 3, 5, 7})).containsExactly(1, 2, 4);
    }

    @Test
    void areWithinThePrompt() {
        assertThatThrownBy(() -> tokens.flags(7)).hasMessage("position 7 is protected in a prompt of 7 tokens");
        assertThatThrownBy(() -> ProtectedTokens.of(-1)).hasMessage("position -1 is negative");
    }
}
