package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the package gives for drawn texts is in {@link PublishedScoresTest}. */
class RougeLTest {
    @ParameterizedTest(name = "''{0}'' of ''{1}'': {2} shared of {3} and {4} different words")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a b c         | a b c         | 3 | 3 | 3
            a b c         | c b a         | 1 | 3 | 3
            a a a         | a             | 1 | 1 | 1
            A b           | a b           | 1 | 2 | 2
            a, b          | a b           | 1 | 2 | 2
            a b. c d      | c d. a b      | 4 | 4 | 4
            a b x. c      | a b c         | 3 | 4 | 3
            v1.2          | v1 2          | 2 | 2 | 2
            x y           | a b           | 0 | 2 | 2
            ``            | a             | 0 | 0 | 1
            ...           | a             | 0 | 0 | 1
            a. . b        | a             | 1 | 3 | 1
            😀 b          | 😁 b          | 1 | 2 | 2
            """)
    void differentWordsOfCommonSubsequencesCount(
            String prediction, String reference, int shared, int predicted, int expected) {
        double f = shared == 0 ? 0 : 2.0 * shared / (predicted + expected);
        assertThat(RougeL.f(prediction, reference)).isCloseTo(f, within(1e-7));
    }

    @Test
    void wordsEndAtTheBlanksOfUnicode() {
        assertThat(RougeL.f("a\u00a0b\u2003c\u001fd", "a b c d")).isCloseTo(1, within(1e-7));
        assertThat(RougeL.f("\u3000", "a")).isZero();
    }

    @Test
    void whereNoWordComesTwiceItIsTheLongestCommonSubsequence() {
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            List<String> prediction = distinct(random);
            List<String> reference = distinct(random);
            int longest = longest(prediction, reference);
            double f = longest == 0 ? 0 : 2.0 * longest / (prediction.size() + reference.size());
            assertThat(RougeL.f(String.join(" ", prediction), String.join(" ", reference)))
                    .isCloseTo(f, within(1e-7));
        }
    }

    @Test
    void aSummaryOfThousandsOfWordsIsScored() {
        String text = String.join(" ", Collections.nCopies(3000, "w")) + " end";
        assertThat(RougeL.f(text, text)).isCloseTo(1, within(1e-7));
    }

    private static List<String> distinct(Random random) {
        Set<String> words = new LinkedHashSet<>();
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            words.add("w" + random.nextInt(12));
        }
        return List.copyOf(words);
    }

    /** The most words of {@code left} in order that are in {@code right} in the same order: every choice is tried. */
    private static int longest(List<String> left, List<String> right) {
        int longest = 0;
        for (int choice = 0; choice < 1 << left.size(); choice++) {
            int from = 0;
            int found = 0;
            for (int i = 0; i < left.size() && from >= 0; i++) {
                if ((choice >> i & 1) == 1) {
                    int place = right.subList(from, right.size()).indexOf(left.get(i));
                    from = place < 0 ? -1 : from + place + 1;
                    found++;
                }
            }
            longest = from < 0 ? longest : Math.max(longest, found);
        }
        return longest;
    }
}
