package io.speckv.selection.drafting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuccessorsTest {
    private static final int MOST = 12;

    private static List<Integer> ranked(int... counted) {
        Successors successors = new Successors();
        for (int token : counted) {
            successors.count(token);
        }
        return ranked(successors);
    }

    private static List<Integer> ranked(Successors successors) {
        List<Integer> ranked = new ArrayList<>();
        for (int rank = 0; successors.at(rank) != Successors.NONE; rank++) {
            ranked.add(successors.at(rank));
        }
        return ranked;
    }

    @Test
    void theMostFrequentIsFirst() {
        assertThat(ranked(5, 7, 5)).containsExactly(5, 7);
        assertThat(ranked(7, 5, 5, 9, 9, 9)).containsExactly(9, 5, 7);
    }

    @Test
    void ofEquallyFrequentOnesTheLatestIsFirst() {
        assertThat(ranked(1, 2, 3)).containsExactly(3, 2, 1);
        assertThat(ranked(1, 1, 2, 2)).containsExactly(2, 1);
    }

    @Test
    void beforeAnyThereIsNone() {
        assertThat(new Successors().at(0)).isEqualTo(Successors.NONE);
        assertThat(new Successors().at(20)).isEqualTo(Successors.NONE);
    }

    @Test
    void aThirteenthTakesThePlaceOfTheRarestAndOldest() {
        int[] twelve = IntStream.range(0, MOST).toArray();
        Successors successors = new Successors();
        for (int token : twelve) {
            successors.count(token);
        }
        successors.count(0);
        successors.count(99);
        assertThat(ranked(successors)).hasSize(MOST).startsWith(0, 99, 11).doesNotContain(1);
    }

    @Test
    void aTokenThatWasPutOutBeginsAnew() {
        Successors successors = new Successors();
        for (int i = 0; i < 3; i++) {
            IntStream.range(0, MOST).forEach(successors::count);
        }
        successors.count(99);
        assertThat(ranked(successors))
                .as("once each against thrice")
                .hasSize(MOST)
                .endsWith(99);
        successors.count(0);
        assertThat(ranked(successors))
                .as("0 was the oldest, and is the latest of those seen once")
                .endsWith(0);
    }

    /** As long as no more than twelve tokens come, the order is that of sorting by count and then by time. */
    @Test
    void upToTwelveTokensAreSortedByCountAndTime() {
        Random random = new Random(4);
        for (int round = 0; round < 300; round++) {
            Successors successors = new Successors();
            Map<Integer, Integer> counts = new HashMap<>();
            Map<Integer, Integer> latest = new HashMap<>();
            for (int i = 0; i < 60; i++) {
                int token = random.nextInt(1 + random.nextInt(MOST));
                successors.count(token);
                counts.merge(token, 1, Integer::sum);
                latest.put(token, i);
            }
            Comparator<Integer> order = Comparator.comparing((Integer token) -> counts.getOrDefault(token, 0))
                    .thenComparing(token -> latest.getOrDefault(token, 0))
                    .reversed();
            assertThat(ranked(successors))
                    .isEqualTo(counts.keySet().stream().sorted(order).toList());
        }
    }
}
