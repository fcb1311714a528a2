package io.speckv.selection.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.PoolType;
import io.speckv.selection.Pooling;
import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.Reduction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@link CorrectedSpecKv} takes from its two choices; the engine's test runs it on a model. */
class CorrectedSpecKvRulesTest {
    private static final Pooling.Centred POOLING = new Pooling.Centred(PoolType.NONE, 1);
    private static final LookaheadSource DRAFT = new LookaheadSource.Draft(3);

    private static SpecKv specKv(int budget, @Nullable SparsePrefill sparse) {
        return new SpecKv(new FixedBudget(budget), 2, POOLING, Reduction.MAX, DRAFT, sparse);
    }

    private static LookaheadCorrection correction(int budget, int trusted) {
        LookaheadSource.PseudoDecoding decoding =
                new LookaheadSource.PseudoDecoding(4, new SnapKv(budget, 2, POOLING, Reduction.MEAN));
        return new LookaheadCorrection(
                new LaqPlusPlus(budget, 2, POOLING, Reduction.MEAN, decoding), decoding, trusted);
    }

    private static CorrectedSpecKv corrected(int budget) {
        return new CorrectedSpecKv(specKv(budget, null), correction(budget, 4));
    }

    @Test
    void aLookaheadThatIsRightChoosesAsSpecKvDoes() {
        CachePolicy alone = specKv(5, null);
        CachePolicy corrected = corrected(5);
        for (int promptTokens : new int[] {4, 5, 6, 7, 50}) {
            assertThat(corrected.compresses(promptTokens)).isEqualTo(alone.compresses(promptTokens));
            assertThat(corrected.lookaheadChooses(promptTokens)).isEqualTo(alone.lookaheadChooses(promptTokens));
        }
        assertThat(corrected.observation(50, 3)).isEqualTo(alone.observation(50, 3));
        assertThat(corrected.refeedsLastToken()).isEqualTo(alone.refeedsLastToken());
        assertThat(corrected.lookaheadSource()).isEqualTo(DRAFT);
    }

    /** A slot must hold what either of them keeps. */
    @Test
    void theMostThatStaysIsThatOfTheChoiceThatKeepsMore() {
        SpecKv small = specKv(5, null);
        LookaheadCorrection large = correction(9, 4);
        assertThat(new CorrectedSpecKv(small, large).mostKept(50, 2))
                .isEqualTo(large.policy().mostKept(50, 2))
                .isGreaterThan(small.mostKept(50, 2));
        SpecKv larger = specKv(20, null);
        assertThat(new CorrectedSpecKv(larger, large).mostKept(50, 2)).isEqualTo(larger.mostKept(50, 2));
    }

    @Test
    void aSparsePrefillWouldTrustTheLookaheadBeforeItIsChecked() {
        SpecKv sparse = specKv(5, new SparsePrefill(64, 64));

        assertThatThrownBy(() -> new CorrectedSpecKv(sparse, correction(5, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be dense");
        assertThat(corrected(5).sparsePrefill()).isNull();
    }

    @ParameterizedTest(name = "{1} of {2} right, {0} trusted: {3}")
    @CsvSource({
        "4, 4, 9, false",
        "4, 3, 9, true",
        "4, 0, 9, true",
        "4, 9, 9, false",
        "4, 2, 2, false",
        "4, 1, 2, true",
        "1, 1, 9, false",
        "1, 0, 1, true",
        "4, 0, 0, true"
    })
    void aLookaheadIsCorrectedIfOneOfItsFirstTokensIsWrong(int trusted, int right, int lookahead, boolean needed) {
        assertThat(correction(5, trusted).isNeeded(right, lookahead)).isEqualTo(needed);
    }

    @Test
    void protectedTokensStayWhicheverOfTheTwoChooses() {
        CachePolicy safe = corrected(5).protecting(ProtectedTokens.of(0));

        assertThat(safe.correction()).isNotNull().satisfies(correction -> {
            assertThat(correction.policy()).isInstanceOf(ProtectedKeys.class);
            assertThat(correction.trustedTokens()).isEqualTo(4);
        });
    }
}
