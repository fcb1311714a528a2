package io.speckv.evals.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WordListTest {
    @Test
    void theBundledWordsAreLowerCaseLettersAndEachThereOnce() {
        WordList words = WordList.bundled();
        List<String> all = new ArrayList<>(words.adjectives());
        all.addAll(words.nouns());

        assertThat(all).doesNotHaveDuplicates().allMatch(word -> word.matches("[a-z]+"));
    }

    @Test
    void listedWordsAreDrawnBeforeMadeUpOnes() {
        WordList words = new WordList(List.of("a", "b"), List.of("c", "b"));
        for (int seed = 0; seed < 50; seed++) {
            assertThat(words.distinct(3, new Draw(seed))).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(words.distinct(2, new Draw(seed))).hasSize(2).isSubsetOf("a", "b", "c");
            assertThat(words.distinct(9, new Draw(seed)))
                    .hasSize(9)
                    .contains("a", "b", "c")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void everyWordIsDrawnFirstAboutAsOftenAlsoWhereMadeUpOnesAreDrawnToo() {
        WordList words = new WordList(List.of("a", "b"), List.of("c", "d"));
        int[] counts = new int[4];
        int draws = 8000;
        for (int seed = 0; seed < draws; seed++) {
            int first = "abcd".indexOf(words.distinct(8, new Draw(seed)).get(0));
            if (first >= 0) {
                counts[first]++;
            }
        }
        // Each of eight words comes first in 1000 of 8000 draws, give or take 4 deviations of 30.
        assertThat(counts).satisfies(all -> {
            for (int count : all) {
                assertThat(count).isBetween(880, 1120);
            }
        });
    }

    @Test
    void bothListsAreNeeded() {
        assertThatThrownBy(() -> new WordList(List.of(), List.of("c")))
                .hasMessage("a word list needs an adjective and a noun, has 0 adjectives and 1 nouns");
    }
}
