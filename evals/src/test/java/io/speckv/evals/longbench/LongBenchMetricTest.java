package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected values are worked out by hand in the comments. */
class LongBenchMetricTest {
    private static double score(LongBenchMetric metric, String prediction, String reference) {
        return metric.score(prediction, reference, List.of());
    }

    @Test
    void countsSharedWordsWithoutArticlesAndPunctuation() {
        // {cat, sat, on, mat} and {cat, mat}: shared 2, precision 2/4, recall 2/2, F = 2/3
        assertThat(score(LongBenchMetric.TOKEN_F1, "The cat, sat on a mat!", "cat mat"))
                .isCloseTo(2.0 / 3, within(1e-12));
        // Repeated words count as often as both have them: {x, x, y} and {x, z}: 1 shared, 1/3 and 1/2, F = 0.4
        assertThat(score(LongBenchMetric.TOKEN_F1, "x x y", "x z")).isCloseTo(0.4, within(1e-12));
        assertThat(score(LongBenchMetric.TOKEN_F1, "the", "the")).isZero();
    }

    @Test
    void measuresTheLongestCommonSubsequence() {
        // a b c d and a c e: common a c, precision 2/4, recall 2/3, F = 4/7
        assertThat(score(LongBenchMetric.ROUGE_L, "a b c d", "a c e")).isCloseTo(4.0 / 7, within(1e-7));
        assertThat(score(LongBenchMetric.ROUGE_L, "a b. c d.", "a b. c d.")).isCloseTo(1, within(1e-7));
        assertThat(score(LongBenchMetric.ROUGE_L, "", "a")).isZero();
        assertThat(score(LongBenchMetric.ROUGE_L, "b a", "a b")).isCloseTo(0.5, within(1e-7));
    }

    @Test
    void unitesTheSubsequencesOverSentences() {
        // Reference sentence "a b c" shares {a b} with the first and {c} with the second: 3 of 3 and 3 of 4, F = 6/7
        assertThat(score(LongBenchMetric.ROUGE_L, "a b x. c", "a b c")).isCloseTo(6.0 / 7, within(1e-7));
    }

    @Test
    void sharesTheScoreAmongTheClassesFound() {
        List<String> classes = List.of("City", "Other location", "Country", "location");
        assertThat(LongBenchMetric.CLASSIFICATION.score("It is City or Country", "City", classes))
                .isEqualTo(0.5);
        assertThat(LongBenchMetric.CLASSIFICATION.score("Other location", "Other location", classes))
                .isEqualTo(1);
        assertThat(LongBenchMetric.CLASSIFICATION.score("Country", "City", classes))
                .isZero();
        assertThat(LongBenchMetric.CLASSIFICATION.score("nothing", "City", classes))
                .isZero();
    }

    @Test
    void countsTheRightNumbersAmongAll() {
        assertThat(score(LongBenchMetric.COUNT, "7 or 8, no 7", "7")).isCloseTo(2.0 / 3, within(1e-12));
        assertThat(score(LongBenchMetric.COUNT, "none", "7")).isZero();
        assertThat(score(LongBenchMetric.RETRIEVAL, "Paragraph 12", "Paragraph 12"))
                .isEqualTo(1);
        assertThat(score(LongBenchMetric.RETRIEVAL, "Paragraph 1 of 2", "Paragraph 2"))
                .isEqualTo(0.5);
        assertThatThrownBy(() -> score(LongBenchMetric.RETRIEVAL, "1", "one")).hasMessageContaining("Paragraph N");
    }

    @Test
    void comparesTheFirstLineOfCode() {
        // "abcd" and "abxd": distance 2 (one replaced), (8 - 2) / 8 = 75 %
        assertThat(score(LongBenchMetric.CODE_SIMILARITY, "\n# comment\n```\nabcd\nrest", "abxd"))
                .isEqualTo(0.75);
        // "kitten" and "sitting": two replaced and one added, 5 of 13: 61.54 rounds to 62 %
        assertThat(score(LongBenchMetric.CODE_SIMILARITY, "kitten", "sitting")).isEqualTo(0.62);
        assertThat(score(LongBenchMetric.CODE_SIMILARITY, "# only a comment", "x"))
                .isZero();
    }
}
