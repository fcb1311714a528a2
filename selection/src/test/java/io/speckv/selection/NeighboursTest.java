package io.speckv.selection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeighboursTest {
    @Test
    void putsTheEarlierOfTwoEquallyNearPositionsFirst() {
        assertThat(Neighbours.offsets(3)).containsExactly(0, -1, 1);
        assertThat(Neighbours.offsets(5)).containsExactly(0, -1, 1, -2, 2);
    }

    @Test
    void reachesOneFurtherToTheRightForEvenCounts() {
        assertThat(Neighbours.offsets(2)).containsExactly(0, 1);
        assertThat(Neighbours.offsets(4)).containsExactly(0, -1, 1, 2);
    }

    @Test
    void leavesTheTokenAloneForZeroAndOne() {
        assertThat(Neighbours.offsets(0)).containsExactly(0);
        assertThat(Neighbours.offsets(1)).containsExactly(0);
    }

    /** What the C++ standard library's sort makes of the 31 offsets by distance. */
    @Test
    void ordersEquallyNearPositionsAsTheReferencesSortDoes() {
        assertThat(Neighbours.offsets(31))
                .containsExactly(
                        0, 1, -1, 2, -2, 3, -3, 4, -4, -5, 5, -6, 6, -7, 7, -8, 8, -9, 9, 10, -10, -11, 11, -12, 12, 13,
                        -13, 14, -14, -15, 15);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16, 17, 31, 32, 64, 65, 168, 169, 1000, 4096})
    void givesEachOffsetOnceNearestFirst(int count) {
        int[] offsets = Neighbours.offsets(count);

        int[] distances = Arrays.stream(offsets).map(Math::abs).toArray();
        assertThat(distances).isSorted();
        assertThat(Arrays.stream(offsets).sorted().toArray())
                .isEqualTo(Window.range(-((count - 1) / 2), count - (count - 1) / 2));
    }
}
