package io.speckv.evals.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DrawTest {
    @Test
    void givesTheSameForTheSameSeed() {
        assertThat(new Draw(7).letters("abcdefgh", 40)).isEqualTo(new Draw(7).letters("abcdefgh", 40));
        assertThat(new Draw(7).letters("abcdefgh", 40)).isNotEqualTo(new Draw(8).letters("abcdefgh", 40));
    }

    @Test
    void drawsDifferentNumbersSparselyAndDensely() {
        for (int bound : new int[] {10, 1000}) {
            assertThat(new Draw(1).distinctBelow(bound, 10))
                    .doesNotHaveDuplicates()
                    .hasSize(10)
                    .allMatch(i -> i < bound);
        }
        assertThatThrownBy(() -> new Draw(1).distinctBelow(3, 4))
                .hasMessage("4 different numbers below 3 do not exist");
    }

    @Test
    void drawsNumbersOfTheAskedLengthAndValidUuids() {
        Draw draw = new Draw(3);
        for (int i = 0; i < 100; i++) {
            assertThat(draw.number(7)).matches("[1-9][0-9]{6}");
            assertThat(UUID.fromString(draw.uuid()).version()).isEqualTo(4);
        }
    }

    @Test
    void picksByWeight() {
        Draw draw = new Draw(5);
        int[] counts = new int[3];
        for (int i = 0; i < 10_000; i++) {
            counts[draw.weighted(1, 0, 3)]++;
        }
        assertThat(counts[1]).isZero();
        assertThat(counts[2]).isBetween(7200, 7800);
    }

    @Test
    void drawsAsManyDifferentWordsAsAskedEvenBeyondTheList() {
        WordList words = WordList.bundled();
        assertThat(words.distinct(5000, new Draw(1))).hasSize(5000).doesNotHaveDuplicates();
        assertThat(new HashSet<>(words.nouns())).hasSizeGreaterThan(200);
        assertThat(words.pair(new Draw(2))).matches("[a-z]+-[a-z]+");
    }

    @Test
    void startsAGivenTextOverWhereItEnds() {
        HaystackText text = HaystackText.given("x.txt", " one\n two  three ");
        assertThat(text.first(5)).isEqualTo("one two three one two");
        assertThat(text.label()).isEqualTo("given text: x.txt");
    }
}
