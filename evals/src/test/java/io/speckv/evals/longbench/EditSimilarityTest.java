package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected percentages are those of fuzzywuzzy 0.18.0 with python-Levenshtein. */
class EditSimilarityTest {
    @ParameterizedTest(name = "{4}: ''{0}'' and ''{1}'' x {2} are {3}% alike")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            return x     | return x     | 1  | 100 | equal
            return x     | return y     | 1  | 88  | one of 8 replaced counts twice, 14 of 16
            kitten       | sitting      | 1  | 62  | 8 of 13
            abc          | xyz          | 1  | 0   | nothing in common
            abc          | cba          | 1  | 33  | one of three stays in order
            a            | aaaa         | 1  | 40  | 2 of 5
            mmma         | bmmm         | 1  | 75  | what moves is taken away and put back
            ``           | ``           | 1  | 100 | two empty ones are equal
            ``           | a            | 1  | 0   | one is empty
            😀a          | 😁a          | 1  | 50  | a character outside the basic plane counts once
            𝒳 = 𝒴        | 𝒳 = 𝒵        | 1  | 80  | and is equal as a whole or not at all
            aX           | aY           | 4  | 50  | half of 16
            mmmmmmmmmmmmmmmmmmmmmmmaaaaaaaaaaaaaaaaa | mmmmmmmmmmmmmmmmmmmmmmmbbbbbbbbbbbbbbbbb | 1 | 57 | 57.5 is a trifle less in Python's floating point
            maaaaaaa     | mbbbbbbb     | 1  | 12  | 12.5 goes to the even neighbour
            mmmaaaaa     | mmmbbbbb     | 1  | 38  | 37.5 as well
            """)
    void likenessIsWhatFuzzRatioGives(String left, String right, int times, int percent, String why) {
        assertThat(EditSimilarity.percent(left.repeat(times), right.repeat(times)))
                .as(why)
                .isEqualTo(percent);
    }

    @Test
    void replacingCostsTwoSoTheDistanceIsWhatIsNotInALongestCommonSubsequence() {
        Random random = new Random(3);
        for (int i = 0; i < 500; i++) {
            String left = drawn(random);
            String right = drawn(random);
            int lengths = length(left) + length(right);
            double ratio =
                    2.0 * common(left.codePoints().toArray(), right.codePoints().toArray(), 0, 0) / lengths;
            assertThat(EditSimilarity.percent(left, right)).isEqualTo((int) Math.rint(100 * ratio));
        }
    }

    @Test
    void orderOfTheTwoDoesNotMatterAndOnlyEqualShortTextsAreAllAlike() {
        Random random = new Random(4);
        for (int i = 0; i < 500; i++) {
            String left = drawn(random);
            String right = drawn(random);
            int percent = EditSimilarity.percent(left, right);
            assertThat(percent).isEqualTo(EditSimilarity.percent(right, left)).isBetween(0, 100);
            assertThat(percent == 100).isEqualTo(left.equals(right));
        }
    }

    @Test
    void longTextsAreComparedToo() {
        String left = "ab".repeat(2000);
        assertThat(EditSimilarity.percent(left, left + "c".repeat(1000))).isEqualTo(89);
    }

    private static String drawn(Random random) {
        String[] pieces = {"a", "b", " ", "😀", "é"};
        StringBuilder text = new StringBuilder(pieces[random.nextInt(pieces.length)]);
        for (int left = random.nextInt(7); left > 0; left--) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** The length of a longest common subsequence from two places on, tried out. */
    private static int common(int[] left, int[] right, int i, int j) {
        if (i == left.length || j == right.length) {
            return 0;
        }
        return left[i] == right[j]
                ? 1 + common(left, right, i + 1, j + 1)
                : Math.max(common(left, right, i + 1, j), common(left, right, i, j + 1));
    }
}
