package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.evals.words.Draw;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrequentWordsTest {
    private static Map<String, Integer> counts(RulerPrompt.Drawn drawn) {
        String text = drawn.input()
                .replaceAll("(?s)^.*Find the three most frequently appeared coded words\\. (.*)\nQuestion:.*$", "$1");
        Map<String, Integer> counts = new HashMap<>();
        for (String word : text.split(" ", -1)) {
            counts.merge(word, 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void theAnswerIsTheThreeMostFrequentWordsWithoutTieFromTheSmallestTextOn() {
        FrequentWords task = new FrequentWords(512);
        for (int units = task.unitsMin(); units < 700; units++) {
            RulerPrompt.Drawn drawn = task.draw(units, new Draw(units));
            Map<String, Integer> counts = counts(drawn);
            List<String> ranked = counts.keySet().stream()
                    .sorted(Comparator.<String>comparingInt(counts::get).reversed())
                    .toList();
            assertThat(ranked.get(0)).isEqualTo("...");
            assertThat(ranked.subList(1, 4)).isEqualTo(drawn.outputs());
            for (int rank = 0; rank < 4; rank++) {
                assertThat(counts.get(ranked.get(rank)))
                        .as("%d units, rank %d", units, rank + 1)
                        .isGreaterThan(counts.getOrDefault(ranked.size() > rank + 1 ? ranked.get(rank + 1) : "", 0));
            }
        }
    }

    /** Counts are {@code numpy}'s {@code (units * k ** -2.0 / zeta(2)).astype(int)}, as the original's script takes them. */
    @ParameterizedTest(name = "{0} units: {1}, {2}, {3}, {4}, {5}")
    @CsvSource({
        "64, 38, 9, 4, 2, 1",
        "100, 60, 15, 6, 3, 2",
        "1000, 607, 151, 67, 37, 24",
        "12345, 7504, 1876, 833, 469, 300"
    })
    void countsFallWithTheSquareOfTheRank(int units, int first, int second, int third, int fourth, int fifth) {
        RulerPrompt.Drawn drawn = new FrequentWords(16384).draw(units, new Draw(1));
        Map<String, Integer> counts = counts(drawn);

        assertThat(counts.values().stream().sorted(Comparator.reverseOrder()).limit(5))
                .containsExactly(first, second, third, fourth, fifth);
        assertThat(counts.keySet()).allMatch(word -> word.equals("...") || word.matches("[a-z]{6}"));
        assertThat(counts.values().stream().mapToInt(Integer::intValue).sum()).isLessThanOrEqualTo(units);
    }

    @ParameterizedTest(name = "length {0}: at most {1} words")
    @CsvSource({"0, 5", "300, 5", "1050, 20", "10050, 200"})
    void theVocabularyGrowsWithTheLength(int length, int words) {
        assertThat(counts(new FrequentWords(length).draw(1_000_000, new Draw(2))))
                .hasSize(words);
    }
}
