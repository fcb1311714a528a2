package io.speckv.evals.words;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HaystackTextTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\t \n"})
    void aFileOfBlanksIsNoHaystack(String text) {
        assertThatThrownBy(() -> HaystackText.given("empty.txt", text))
                .hasMessage("a haystack text needs a label and words, 'given text: empty.txt' has 0 words");
        assertThatThrownBy(() -> HaystackText.lines("empty.c", text)).hasMessageContaining("has 0 words");
    }

    @Test
    void linesKeepTheirIndentsAndTheEmptyOnesBetweenThem() {
        HaystackText code = HaystackText.lines("x.c", "\n\nint f() {\r\n  return 1;\n\n}\n\n");

        assertThat(code.words()).containsExactly("int f() {", "  return 1;", "", "}");
        assertThat(code.isLines()).isTrue();
    }

    @Test
    void wordsAreCutAtBlanksAndStartOverWhereTheyEnd() {
        HaystackText text = HaystackText.given("x", "\n one\t😀\n\ntwo ");

        assertThat(text.words()).containsExactly("one", "😀", "two");
        assertThat(text.text()).isEqualTo("one 😀 two");
        assertThat(text.first(0)).isEmpty();
        assertThat(text.first(7)).isEqualTo("one 😀 two one 😀 two one");
    }

    @Test
    void generatedTextIsManySentencesOfKnownWordsAndTheSameForTheSameSeed() {
        WordList few = new WordList(List.of("quick"), List.of("fox"));
        HaystackText text = HaystackText.generated(few, 1);

        assertThat(text.words()).hasSizeBetween(10_000, 30_000);
        assertThat(text.text().split("(?<=\\.) ", -1))
                .allMatch(sentence ->
                        sentence.matches("The (quick )?fox [a-z]+ the (quick )?fox( [a-z]+ the (quick )?fox)?\\."));
        assertThat(text.text())
                .isEqualTo(HaystackText.generated(few, 1).text())
                .isNotEqualTo(HaystackText.generated(few, 2).text());
    }
}
