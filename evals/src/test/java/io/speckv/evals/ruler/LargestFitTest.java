package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LargestFitTest {
    @Test
    void findsTheLimitFromAnyGuess() {
        for (int limit = 3; limit < 70; limit++) {
            int last = limit;
            for (int guess = 0; guess < 90; guess += 7) {
                assertThat(LargestFit.find(3, guess, value -> value <= last)).isEqualTo(limit);
            }
        }
    }

    @Test
    void saysWhenNotEvenTheLeastFits() {
        assertThat(LargestFit.find(3, 40, value -> value < 3)).isEqualTo(2);
    }
}
