package io.speckv.router.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ShadowAgreementTest {
    @Test
    void equalAnswersAgreeExactly() {
        assertThat(ShadowAgreement.of(new int[] {4, 8, 1}, new int[] {4, 8, 1}))
                .isEqualTo(new ShadowAgreement(3, 1, true));
        assertThat(ShadowAgreement.of(new int[0], new int[0])).isEqualTo(new ShadowAgreement(0, 1, true));
    }

    @Test
    void countsTheTokensBeforeTheFirstDifference() {
        assertThat(ShadowAgreement.of(new int[] {4, 8, 2, 5}, new int[] {4, 8, 1, 5}))
                .isEqualTo(new ShadowAgreement(2, 0.75, false));
    }

    @Test
    void anAnswerThatStopsEarlyDiffersAtItsEnd() {
        assertThat(ShadowAgreement.of(new int[] {4, 8}, new int[] {4, 8, 1, 5}))
                .isEqualTo(new ShadowAgreement(2, 2 * 2 / 6.0, false));
        assertThat(ShadowAgreement.of(new int[0], new int[] {1})).isEqualTo(new ShadowAgreement(0, 0, false));
    }

    @Test
    void tokensThatMovedStillCountForRouge() {
        // 1 2 3 4 5 and 9 2 4 5 3 share 2 4 5
        ShadowAgreement moved = ShadowAgreement.of(new int[] {1, 2, 3, 4, 5}, new int[] {9, 2, 4, 5, 3});
        assertThat(moved.rougeL()).isCloseTo(0.6, within(1e-12));
        assertThat(moved.firstDifference()).isZero();
    }
}
