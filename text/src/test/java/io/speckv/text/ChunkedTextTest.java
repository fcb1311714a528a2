package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChunkedTextTest {

    /** One token for each char, its id the char; a word begins at every char but those after the first of "xx". */
    private static WordTokens words(String text) {
        int size = text.length();
        boolean[] begins = new boolean[size];
        for (int i = 0; i < size; i++) {
            begins[i] = i == 0 || text.charAt(i) != 'x' || text.charAt(i - 1) != 'x';
        }
        return new WordTokens(
                new Encoding(
                        text,
                        text.chars().toArray(),
                        IntStream.range(0, size).toArray(),
                        IntStream.rangeClosed(1, size).toArray()),
                begins);
    }

    private static int[] ends(String text, int most) {
        return ChunkedText.cut(words(text), most).ends();
    }

    @Test
    void aChunkEndsAfterItsLastStopOrLineBreak() {
        assertThat(ends("ab.cd.efgh", 8)).containsExactly(6, 10);
        assertThat(ends("ab\ncdefgh", 5)).containsExactly(3, 8, 9);
        assertThat(ends("abcd.fghij", 5)).containsExactly(5, 10);
    }

    @Test
    void aTextThatFitsIsOneChunkWhateverItsStops() {
        assertThat(ends("ab.cd", 5)).containsExactly(5);
        assertThat(ends("", 5)).isEmpty();
    }

    @Test
    void withoutAStopAChunkTakesAllItMay() {
        assertThat(ends("abcdefgh", 3)).containsExactly(3, 6, 8);
        assertThat(ends("ab", 1)).containsExactly(1, 2);
    }

    @Test
    void aStopThatBeginsAChunkDoesNotEndIt() {
        assertThat(ends(".abcdefg", 4)).containsExactly(4, 8);
        assertThat(ends("........", 3)).containsExactly(3, 6, 8);
    }

    @Test
    void everyTokenIsInExactlyOneChunkOfAtMostTheLength() {
        String text = "a.bc.def.ghij.klmno.pqrstu.vwxyz".repeat(40);
        ChunkedText chunked = ChunkedText.cut(words(text), 17);

        StringBuilder joined = new StringBuilder();
        for (int chunk = 0; chunk < chunked.chunks(); chunk++) {
            int[] ids = chunked.ids(chunk);
            assertThat(ids.length).isBetween(1, 17);
            Arrays.stream(ids).forEach(id -> joined.append((char) id));
        }
        assertThat(joined).hasToString(text);
    }

    @Test
    void aWordsTokensGetTheirMean() {
        ChunkedText chunked = ChunkedText.cut(words("axxxbxx"), 10);
        float[] means = new float[7];
        chunked.wordMeans(0, new float[] {0.5f, 0.25f, 0.5f, 0.75f, 1, 0, 0.5f}, means);

        assertThat(means).containsExactly(0.5f, 0.5f, 0.5f, 0.5f, 1, 0.25f, 0.25f);
    }

    @Test
    void aWordThatTwoChunksShareHasAMeanInEach() {
        ChunkedText chunked = ChunkedText.cut(words("axxxxx"), 3);
        float[] means = new float[6];
        chunked.wordMeans(0, new float[] {1, 0, 1}, means);
        chunked.wordMeans(1, new float[] {0, 0.5f, 1}, means);

        assertThat(means).containsExactly(1, 0.5f, 0.5f, 0.5f, 0.5f, 0.5f);
    }

    @Test
    void refusesChunksOfNothing() {
        assertThatThrownBy(() -> ChunkedText.cut(words("a"), 0)).hasMessageContaining("must take at least 1");
    }
}
