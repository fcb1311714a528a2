package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.WordList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommonWordsTest {
    private static final Pattern ITEM = Pattern.compile("(\\d+)\\. (\\S+)");

    private static List<String> items(String list) {
        List<String> words = new ArrayList<>();
        for (MatchResult item : ITEM.matcher(list).results().toList()) {
            words.add(item.group(2));
            assertThat(item.group(1)).isEqualTo(String.valueOf(words.size()));
        }
        return words;
    }

    private static Map<String, Integer> counts(List<String> words) {
        Map<String, Integer> counts = new HashMap<>();
        words.forEach(word -> counts.merge(word, 1, Integer::sum));
        return counts;
    }

    /** The numbers are those of {@code common_words_extraction.py}: its short form below 4096 tokens. */
    @ParameterizedTest(name = "length {0}: {1} words, common ones {2} times, others {3} times")
    @CsvSource({
        "1024, 11, 6, 1, 20, 3, 1",
        "4095, 60, 6, 1, 20, 3, 1",
        "4096, 11, 30, 3, 40, 10, 3",
        "4096, 100, 30, 3, 40, 10, 3",
        "131072, 900, 30, 3, 40, 10, 3"
    })
    void theTenCommonWordsAreTheAnswerAndTheExampleIsRight(
            int length, int units, int common, int other, int shown, int shownCommon, int shownOther) {
        for (int seed = 0; seed < 10; seed++) {
            RulerPrompt.Drawn drawn = new CommonWords(WordList.bundled(), length).draw(units, new Draw(seed));
            String[] lists = drawn.input().split("Memorize the ones that appear most often\\.\n", -1);
            assertThat(lists).hasSize(3);
            String[] example = lists[1].split("Question: |in the list are:", -1);
            String asked = lists[2].split("Question: ", -1)[0];

            check(items(asked), drawn.outputs(), units, common, other);
            check(items(example[0]), items(example[2].split("Below is", -1)[0]), shown, shownCommon, shownOther);
            assertThat(drawn.answerPrefix())
                    .isEqualTo(" Answer:" + example[1].split("Answer:", -1)[1] + "in the list are:");
        }
    }

    private static void check(List<String> words, List<String> answer, int distinct, int common, int other) {
        Map<String, Integer> counts = counts(words);
        assertThat(answer).hasSize(10).doesNotHaveDuplicates();
        assertThat(counts).hasSize(distinct);
        counts.forEach((word, count) -> assertThat(count).as(word).isEqualTo(answer.contains(word) ? common : other));
    }
}
