package io.speckv.evals.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionStudyTest {
    private static final int[] TEXT = IntStream.range(100, 120).toArray();

    @Test
    void stretchesArePiecesOfTheTextOfEveryLengthAndPlace() {
        Set<Integer> lengths = new TreeSet<>();
        Set<Integer> ends = new TreeSet<>();
        for (int[] stretch : PrecisionStudy.stretches(TEXT, 2000, 3, 20, 1)) {
            lengths.add(stretch.length);
            ends.add(stretch[0]);
            ends.add(stretch[stretch.length - 1]);
            assertThat(stretch)
                    .containsExactly(IntStream.range(stretch[0], stretch[0] + stretch.length)
                            .toArray());
        }
        assertThat(lengths)
                .containsExactlyElementsOf(IntStream.rangeClosed(3, 20).boxed().toList());
        assertThat(ends).containsExactlyElementsOf(Arrays.stream(TEXT).boxed().toList());
    }

    @Test
    void theSameSeedGivesTheSameStretchesAndMoreOfThemBeginAlike() {
        List<int[]> few = PrecisionStudy.stretches(TEXT, 5, 2, 9, 7);

        assertThat(few).hasSize(5);
        assertThat(PrecisionStudy.stretches(TEXT, 8, 2, 9, 7).subList(0, 5).toArray(new int[0][]))
                .isDeepEqualTo(few.toArray(new int[0][]));
        assertThat(PrecisionStudy.stretches(TEXT, 5, 2, 9, 8).toArray(new int[0][]))
                .isNotEqualTo(few.toArray(new int[0][]));
        assertThat(PrecisionStudy.stretches(TEXT, 1, 20, 20, 7).get(0)).containsExactly(TEXT);
    }

    @ParameterizedTest(name = "{0} to {1} tokens of 20")
    @CsvSource({"0, 5", "6, 5", "1, 21", "21, 21"})
    void lengthsThatTheTextCannotGiveAreRefused(int shortest, int longest) {
        assertThatThrownBy(() -> PrecisionStudy.stretches(TEXT, 1, shortest, longest, 1))
                .hasMessage("stretches are of " + shortest + " to " + longest
                        + " tokens and the text has 20; give a longer text or shorter stretches");
    }
}
