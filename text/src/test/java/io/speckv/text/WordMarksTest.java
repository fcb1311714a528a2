package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordMarksTest {
    @ParameterizedTest
    @CsvSource({"WordPiece, CONTINUATIONS", "Unigram, BEGINNINGS", "BPE, BEGINNINGS", "WordLevel, BEGINNINGS"})
    void onlyWordPieceMarksWhatContinues(String type, WordMarks marks) {
        assertThat(WordMarks.ofModel(type)).isEqualTo(marks);
    }

    @ParameterizedTest
    @CsvSource({
        "un, true",
        "##fold, false",
        "##, false",
        "#, true",
        "'#a#', true",
        "',', true",
        "'', true",
        "[CLS], true",
        "\u2581un, true"
    })
    void aPieceOfWordPieceContinuesBehindTwoHashes(String piece, boolean begins) {
        assertThat(WordMarks.CONTINUATIONS.begins(piece)).isEqualTo(begins);
    }

    @ParameterizedTest
    @CsvSource({
        "\u2581un, true",
        "\u2581, true",
        "fold, false",
        "a\u2581, false",
        "##fold, false",
        "'', false",
        "'()', false",
        "'...', false",
        "é, false",
        "\u2014, false",
        "1, false"
    })
    void aPieceOfSentencePieceBeginsWithItsMark(String piece, boolean begins) {
        assertThat(WordMarks.BEGINNINGS.begins(piece)).isEqualTo(begins);
    }

    /** Python's {@code string.punctuation}. */
    @Test
    void orIsOneCharacterOfAsciiPunctuation() {
        assertThat(IntStream.range(0, 0x250)
                        .mapToObj(Character::toString)
                        .filter(WordMarks.BEGINNINGS::begins)
                        .reduce("", String::concat))
                .isEqualTo("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
    }
}
