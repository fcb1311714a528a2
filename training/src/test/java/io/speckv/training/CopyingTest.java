package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CopyingTest {
    private static final int[] PLAIN = IntStream.range(1000, 1400).toArray();

    private static boolean followedBefore(int[] tokens, int at) {
        return IntStream.range(2, at)
                .anyMatch(i ->
                        tokens[i] == tokens[at] && tokens[i - 1] == tokens[at - 1] && tokens[i - 2] == tokens[at - 2]);
    }

    @Test
    void aWeightedTokenFollowsTheTwoBeforeItAsItDidEarlier() {
        Copying copying = new Copying(PLAIN);
        Random random = new Random(1);
        int weighted = 0;
        int lengths = 0;
        for (int length = 2; length < 300; length++) {
            Example example = copying.example(length, random);
            float[] weights = example.weights();
            lengths += length;
            for (int i = 0; i < length; i++) {
                if (weights[i] == 1) {
                    weighted++;
                    assertThat(i).isGreaterThanOrEqualTo(18);
                    assertThat(followedBefore(example.tokens(), i))
                            .as("token %d of %d", i, length)
                            .isTrue();
                }
            }
        }
        // Six of ten stretches repeat, all but two of their 4 to 16 tokens count.
        assertThat((double) weighted / lengths).isBetween(0.38, 0.52);
    }

    @Test
    void aSequenceWithNothingToCopyHasOneTokenOfLittleWeightSoThatItsLossIsANumber() {
        Copying copying = new Copying(PLAIN);
        Random random = new Random(2);
        for (int length = 2; length < 40; length++) {
            Example example = copying.example(length, random);
            float sum = 0;
            for (float weight : example.weights()) {
                sum += weight;
            }
            assertThat(sum).isPositive();
            if (length <= 18) {
                assertThat(example.weights()[length - 1]).isEqualTo(0.1f).isEqualTo(sum);
            }
            assertThat(example.weights()[0]).isZero();
        }
    }

    @Test
    void tokensAreThePlainOnesAndNoneIsAnAnswer() {
        for (int length : new int[] {0, 1, 17, 500}) {
            Example example = new Copying(PLAIN).example(length, new Random(length));
            assertThat(example.tokens()).hasSize(length);
            assertThat(IntStream.of(example.tokens())).allMatch(token -> token >= 1000 && token < 1400);
            assertThat(example.answers()).hasSize(length).doesNotContain(true);
        }
    }

    @Test
    void equalSeedsGiveEqualSequences() {
        assertThat(new Copying(PLAIN).example(200, new Random(5)).tokens())
                .isEqualTo(new Copying(PLAIN).example(200, new Random(5)).tokens())
                .isNotEqualTo(new Copying(PLAIN).example(200, new Random(6)).tokens());
    }
}
