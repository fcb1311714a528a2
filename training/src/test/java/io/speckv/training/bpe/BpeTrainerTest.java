package io.speckv.training.bpe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BpeTrainerTest {
    private static BpeSettings settings(int merges) {
        return new BpeSettings(256 + merges, 2, List.of());
    }

    @Test
    void mergesTheMostFrequentPairFirst() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("abab", "abab", "abab", "cd", "cd"), settings(2));
        assertThat(vocabulary.merges()).containsExactly(new Merge('a', 'b'), new Merge(256, 256));
    }

    @Test
    void breaksTiesByTheLowerIds() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("zy", "zy", "xy", "xy"), settings(2));
        assertThat(vocabulary.merges()).containsExactly(new Merge('x', 'y'), new Merge('z', 'y'));
    }

    @Test
    void countsARunOfOneLetterAsItsMergesReplaceIt() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("aaaa", "aaaa"), settings(3));
        assertThat(vocabulary.merges()).containsExactly(new Merge('a', 'a'), new Merge(256, 256));
        assertThat(vocabulary.encode("aaaaa")).containsExactly(257, 'a');
    }

    @Test
    void stopsWhenNoPairIsFrequentEnough() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("ab", "ab", "cd"), settings(10));
        assertThat(vocabulary.size()).isEqualTo(257);
    }

    @Test
    void doesNotDependOnTheOrderOfTheTexts() {
        List<String> texts = new ArrayList<>(SampleTexts.sentences(200, 3));
        BpeVocabulary first = BpeTrainer.train(texts, settings(200));
        Collections.shuffle(texts, new Random(5));
        assertThat(BpeTrainer.train(texts, settings(200)).merges()).isEqualTo(first.merges());
    }

    @Test
    void keepsEveryDigitApart() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("12 12 1212", "x12 12 12"), settings(50));
        assertThat(vocabulary.encode("1212")).containsExactly('1', '2', '1', '2');
    }

    @Test
    void numbersSpecialTokensLast() {
        BpeVocabulary vocabulary = BpeTrainer.train(List.of("abab"), BpeSettings.chat(300));
        assertThat(vocabulary.specialId(BpeSettings.END_OF_TEXT)).isEqualTo(vocabulary.firstSpecialId());
        assertThat(vocabulary.specialId(BpeSettings.TURN_END)).isEqualTo(vocabulary.size() - 1);
        assertThatThrownBy(() -> vocabulary.specialId("<pad>")).hasMessageContaining("<|im_start|>");
    }

    @Test
    void refusesAVocabularyThatCannotHoldTheBytes() {
        assertThatThrownBy(() -> BpeSettings.chat(100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vocabularySize is 100, must be at least 259");
    }
}
