package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LinesTest {
    private static final Lines LINES = Lines.of(new int[] {2, 5, 12}, new int[] {5, 9, 20});

    @Test
    void aPartHasTheLinesOrTheirPartsThatAreInIt() {
        Lines part = LINES.within(4, 14);
        assertThat(part.count()).isEqualTo(3);
        assertThat(part.start(0)).isZero();
        assertThat(part.end(0)).isEqualTo(1);
        assertThat(part.start(1)).isEqualTo(1);
        assertThat(part.end(1)).isEqualTo(5);
        assertThat(part.start(2)).isEqualTo(8);
        assertThat(part.end(2)).isEqualTo(10);
        assertThat(LINES.within(9, 12)).isSameAs(Lines.NONE);
    }

    @Test
    void linesAscendAndHaveTokens() {
        assertThatThrownBy(() -> Lines.of(new int[] {2, 4}, new int[] {5, 9})).hasMessageContaining("line 1");
        assertThatThrownBy(() -> Lines.of(new int[] {2}, new int[] {2})).hasMessageContaining("from 2 to 2");
        assertThatThrownBy(() -> Lines.of(new int[] {2}, new int[0])).hasMessageContaining("1 lines begin");
    }
}
