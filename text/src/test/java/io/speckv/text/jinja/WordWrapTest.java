package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CPython's {@code textwrap.wrap} makes of each line, as Jinja calls it. */
class WordWrapTest {
    private static final String[] PIECES = {
        "a", "bcd", "efghij", "-", "--", " ", "  ", "\t", "\n", "x-y", "é😀", ".", "1-2"
    };
    private static final int MANY = 5_000;

    @ParameterizedTest(name = "{0} in {1}")
    @CsvSource(
            delimiter = ';',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "the quick brown fox;9;the quick/brown fox",
                "the quick brown fox;10;the quick/brown fox",
                "a  b   c;20;a  b   c",
                "a  b   c;3;a/b/c",
                "  two before;5;  two/befor/e",
                "behind  ;20;behind",
                "well-known fact;6;well-/known/fact",
                "hello-world;5;hello/-/world",
                "co-op;4;co-/op",
                "x-1 y-2;3;x-1/y-2",
                "a1-2bcdef;5;a1-/2bcde/f",
                "12-34-5678;7;12-34-/5678",
                "--ab-1cdef;6;--ab-/1cdef",
                "one--two;6;one--/two",
                "--option value;6;--opti/on/value",
                "abc---def;4;abc/---/def",
                "mother-in-law;9;mother-/in-law",
                "abcdefghij;4;abcd/efgh/ij",
                "ab cdefgh;4;ab c/defg/h",
                "😀😀😀 😀😀;4;😀😀😀/😀😀",
                ";5;",
                "a;1;a"
            })
    void linesAreFilledAndBreakAtSpacesAndHyphens(String text, long width, String lines) {
        assertThat(wrap(text == null ? "" : text, width).replace('\n', '/')).isEqualTo(lines == null ? "" : lines);
    }

    @Test
    void aLongWordStaysWholeWhereItMay() {
        assertThat(wrap("ab cdefghij k", 4L, false)).isEqualTo("ab\ncdefghij\nk");
        assertThat(wrap("foo-bar-baz qux", 8L, false)).isEqualTo("foo-bar-\nbaz qux");
        assertThat(WordWrap.wrap(
                        "foo-bar baz", new Arguments(java.util.List.of(5L, false), Map.of("break_on_hyphens", false))))
                .isEqualTo("foo-bar\nbaz");
    }

    @Test
    void linesOfTheTextStayAndTheirEndIsTheOneAskedFor() {
        assertThat(wrap("a\n\nb c", 1L)).isEqualTo("a\n\nb\nc");
        assertThat(wrap("a b\r\nc\n", 1L, true, "<br>")).isEqualTo("a<br>b<br>c");
    }

    @Test
    void noLineIsLongerThanTheWidthAndNothingButSpaceIsLost() {
        Random random = new Random(12);
        for (int i = 0; i < MANY; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j > 0; j--) {
                text.append(PIECES[random.nextInt(PIECES.length)]);
            }
            long width = 1L + random.nextInt(8);
            String wrapped = wrap(text.toString(), width);

            for (String line : wrapped.split("\n", -1)) {
                assertThat(PythonText.length(line))
                        .as("'%s' of '%s'", line, text)
                        .isLessThanOrEqualTo((int) width);
            }
            assertThat(wrapped.replaceAll("\\s", "")).isEqualTo(text.toString().replaceAll("\\s", ""));
        }
    }

    @Test
    void aWidthBelowOneIsRefused() {
        assertThatThrownBy(() -> wrap("a", 0L))
                .isInstanceOf(JinjaException.class)
                .hasMessage("invalid width 0 (must be > 0)");
    }

    private static String wrap(String text, Object... arguments) {
        return WordWrap.wrap(text, Arguments.of(arguments));
    }
}
