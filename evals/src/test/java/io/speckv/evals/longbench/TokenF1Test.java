package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenF1Test {
    @ParameterizedTest(name = "''{0}'' and ''{1}'': {2} of {3} and {4} words")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            Paris                | paris           | 1 | 1 | 1
            It is in Paris, yes. | Paris           | 1 | 5 | 1
            U.S. Army            | us army         | 2 | 2 | 2
            the cat              | a cat           | 1 | 1 | 1
            x-ray                | x ray           | 0 | 1 | 2
            it's                 | its             | 1 | 1 | 1
            the_end              | the end         | 0 | 1 | 1
            «the» cat            | cat             | 1 | 3 | 1
            a a a                | a               | 0 | 0 | 0
            ?!                   | ?!              | 0 | 0 | 0
            ``                   | ``              | 0 | 0 | 0
            anthem theory        | them            | 0 | 2 | 1
            ÉTÉ                  | été             | 1 | 1 | 1
            the日本               | 日本             | 0 | 1 | 1
            two two three        | two three three | 2 | 3 | 3
            1,000                | 1000            | 1 | 1 | 1
            50%                  | 50 $            | 1 | 1 | 1
            😀 smile             | 😀              | 1 | 2 | 1
            """)
    void wordsCountWithoutCaseSignsAndArticles(
            String prediction, String reference, int shared, int predicted, int expected) {
        double f1 = shared == 0 ? 0 : 2.0 * shared / (predicted + expected);
        assertThat(TokenF1.score(prediction, reference)).isCloseTo(f1, within(1e-12));
    }

    @ParameterizedTest(name = "U+{0} is a blank to Python''s split: {1}")
    @CsvSource({
        "0020, true", "0009, true", "000b, true", "001c, true", "001f, true", "0085, true", "00a0, true", "1680, true",
        "2003, true", "2028, true", "202f, true", "3000, true", "200b, false", "2060, false", "feff, false",
                "180e, false"
    })
    void wordsEndAtTheBlanksOfUnicode(String codePoint, boolean blank) {
        String text = "left" + Character.toString(Integer.parseInt(codePoint, 16)) + "right";
        assertThat(TokenF1.score(text, "left right")).isEqualTo(blank ? 1 : 0);
    }

    @Test
    void orderOfWordsAndOfTheTwoTextsDoesNotMatter() {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            List<String> prediction = words(random);
            List<String> reference = words(random);
            double score = score(prediction, reference);
            Collections.shuffle(prediction, random);
            Collections.shuffle(reference, random);
            assertThat(score(reference, prediction)).isCloseTo(score, within(1e-12));
        }
    }

    @Test
    void aWordMoreInTheAnswerHelpsOnlyWhereTheReferenceHasItStill() {
        Random random = new Random(2);
        for (int i = 0; i < 300; i++) {
            List<String> prediction = words(random);
            List<String> reference = words(random);
            String more = words(random).get(0);
            boolean missing = Collections.frequency(reference, more) > Collections.frequency(prediction, more);
            double before = score(prediction, reference);
            prediction.add(more);
            if (missing) {
                assertThat(score(prediction, reference)).isGreaterThan(before);
            } else {
                assertThat(score(prediction, reference)).isLessThanOrEqualTo(before);
            }
        }
    }

    private static double score(List<String> prediction, List<String> reference) {
        return TokenF1.score(String.join(" ", prediction), String.join("\n", reference));
    }

    private static List<String> words(Random random) {
        List<String> words = new ArrayList<>();
        for (int left = 1 + random.nextInt(6); left > 0; left--) {
            words.add(List.of("cat", "mat", "sat", "été", "日本").get(random.nextInt(5)));
        }
        return words;
    }
}
