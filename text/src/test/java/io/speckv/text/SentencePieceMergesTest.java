package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.speckv.text.SentencePieceMerges.Merge;
import io.speckv.text.SentencePieceMerges.Piece;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentencePieceMergesTest {
    @Test
    void theTokenOfTheHighestScoreIsMadeFirst() {
        List<Piece> pieces =
                List.of(new Piece("a", 0, 0), new Piece("b", 1, 0), new Piece("ab", 2, -2), new Piece("ba", 3, -1));

        assertThat(SentencePieceMerges.of(pieces))
                .extracting(Merge::left, Merge::right)
                .containsExactly(tuple("b", "a"), tuple("a", "b"));
    }

    @Test
    void aTokenOfSeveralPairsHasAMergeForEachInTheOrderOfTheirIds() {
        List<Piece> pieces = List.of(
                new Piece("ab", 0, -1),
                new Piece("c", 1, 0),
                new Piece("a", 2, 0),
                new Piece("bc", 3, -1),
                new Piece("abc", 4, -3));

        assertThat(SentencePieceMerges.of(pieces))
                .extracting(Merge::left, Merge::right)
                .containsExactly(tuple("ab", "c"), tuple("a", "bc"));
    }

    @Test
    void aTokenThatNoTwoOthersMakeHasNone() {
        assertThat(SentencePieceMerges.of(List.of(new Piece("a", 0, 0), new Piece("abc", 1, -1))))
                .isEmpty();
    }

    @Test
    void aCharacterOfTwoCharsIsNotCut() {
        List<Piece> pieces = List.of(
                new Piece("🙂", 0, 0), new Piece("\ud83d", 1, 0), new Piece("\ude42", 2, 0), new Piece("🙂🙂", 3, -1));

        assertThat(SentencePieceMerges.of(pieces))
                .extracting(Merge::left, Merge::right)
                .containsExactly(tuple("🙂", "🙂"));
    }
}
