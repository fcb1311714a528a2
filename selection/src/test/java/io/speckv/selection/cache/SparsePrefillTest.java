package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class SparsePrefillTest {
    /** The hand-computed vector: 300 tokens, a window of 64, three columns. */
    @Test
    void letsEachRowSeeTheKeysCountedByHand() {
        SparsePrefill sparse = new SparsePrefill(64, 3);
        Set<Integer> columns = Set.of(3, 70, 150);
        int[] visible = new int[300];
        int total = 0;
        for (int row = 0; row < 300; row++) {
            for (int key = 0; key < 300; key++) {
                visible[row] += sparse.allows(row, key, columns.contains(key)) ? 1 : 0;
            }
            total += visible[row];
        }

        int[] rows = {0, 63, 64, 127, 128, 191, 192, 255, 256, 299};
        int[] expected = {1, 64, 65, 128, 66, 129, 67, 130, 68, 111};
        for (int i = 0; i < rows.length; i++) {
            assertThat(visible[rows[i]]).as("row %d", rows[i]).isEqualTo(expected[i]);
        }
        assertThat(total).isEqualTo(24_738);
    }

    @Test
    void startsTheLocalKeysOfEachRowWhereTheMaskDoes() {
        SparsePrefill sparse = new SparsePrefill(128, 0);
        for (int row = 0; row < 500; row++) {
            int first = 0;
            while (!sparse.allows(row, first, false)) {
                first++;
            }
            assertThat(sparse.localStart(row)).isEqualTo(first);
        }
    }

    @Test
    void appliesOnlyToPassesLongerThanWindowAndColumns() {
        assertThat(new SparsePrefill(2048, 2048).applies(4096)).isFalse();
        assertThat(new SparsePrefill(2048, 2048).applies(4097)).isTrue();
    }

    @Test
    void refusesWindowsThatAreNotWholeBlocks() {
        assertThatThrownBy(() -> new SparsePrefill(100, 10))
                .hasMessage("prefill_window_size = 100: must be a multiple of 64, not negative");
    }
}
