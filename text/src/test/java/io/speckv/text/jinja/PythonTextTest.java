package io.speckv.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What CPython's literals and {@code repr} hold; its methods of texts are in TextMethodsTest. */
class PythonTextTest {
    private static final int MANY = 5_000;

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            quoteCharacter = '`',
            value = {
                "abc,'abc'",
                "it's,\"it's\"",
                "say \"it's\",'say \"it\\'s\"'",
                "a\\b,'a\\\\b'",
                "`a\n\t\r`,'a\\n\\t\\r'",
                "\u0000\u0007\u001f\u007f,'\\x00\\x07\\x1f\\x7f'",
                "\u0085\u00a0\u00ad,'\\x85\\xa0\\xad'",
                "é中😀,'é中😀'",
                "\u200b\u2028\u3000\ufeff,'\\u200b\\u2028\\u3000\\ufeff'",
                "\ue000,'\\ue000'",
                "\udbff\udfff,'\\U0010ffff'"
            })
    void aTextIsQuotedAndWhatCannotBeSeenIsEscaped(String text, String written) {
        assertThat(PythonText.repr(text)).isEqualTo(written);
    }

    @Test
    void aQuotedTextIsReadBackAsItWas() {
        Random random = new Random(3);
        for (int i = 0; i < MANY; i++) {
            int[] points = random.ints(random.nextInt(6), 0, 0x250)
                    .map(c -> c > 0x240 ? 0x1f600 + c : c > 0x220 ? "'\"\\\n\t".charAt(c % 5) : c)
                    .toArray();
            String text = new String(points, 0, points.length);
            String written = PythonText.repr(text);

            assertThat(PythonText.unescaped(written.substring(1, written.length() - 1)))
                    .as(written)
                    .isEqualTo(text);
            String ascii = PythonText.ascii(written);
            assertThat(ascii).matches("[ -~]*");
            assertThat(PythonText.unescaped(ascii.substring(1, ascii.length() - 1)))
                    .isEqualTo(text);
        }
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "\\\\, \\",
                "\\', '",
                "\\q, \\q",
                "\\x41\\x7e, A~",
                "\\u00e9\\U0001F600, é😀",
                "\\ud83d\\ude00, 😀",
                "\\N{LATIN SMALL LETTER E WITH ACUTE}, é",
                "\\N{em dash}, —",
                "\\101\\60\\0601, A001",
                "`a\\\nb`, ab",
                "end\\, end\\"
            })
    void escapesAreReadAndOthersStay(String literal, String text) {
        assertThat(PythonText.unescaped(literal)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\x4",
                "\\xg1",
                "\\u12",
                "\\U0011ffff",
                "\\U1234567",
                "\\N",
                "\\N{",
                "\\N{}",
                "\\N{NOTHING}",
                "\\Nx}"
            })
    void aBrokenEscapeIsRefused(String literal) {
        assertThatThrownBy(() -> PythonText.unescaped(literal)).isInstanceOf(JinjaException.class);
    }

    @ParameterizedTest
    @CsvSource({"😀, 3, 😀😀😀", "ab, 0, ''", "ab, -5, ''", "'', 2000000000, ''"})
    void aTextIsRepeated(String text, long times, String repeated) {
        assertThat(PythonText.repeated(text, times)).isEqualTo(repeated);
    }

    @Test
    void noRepeatedTextFillsTheMemory() {
        assertThatThrownBy(() -> PythonText.repeated("ab", Integer.MAX_VALUE))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("characters");
    }

    @Test
    void theLinesOfATextPutTogetherAreTheText() {
        Random random = new Random(4);
        String[] pieces = {
            "a", " ", "\n", "\r", "\r\n", "\u000b", "\f", "\u001c", "\u0085", "\u2028", "\u2029", "😀", "\u001f"
        };
        for (int i = 0; i < MANY; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(8); j > 0; j--) {
                text.append(pieces[random.nextInt(pieces.length)]);
            }
            List<Object> kept = PythonText.lines(text.toString(), true);
            List<Object> bare = PythonText.lines(text.toString(), false);

            assertThat(String.join("", kept.stream().map(String.class::cast).toList()))
                    .isEqualTo(text.toString());
            assertThat(bare).hasSameSizeAs(kept);
            for (int j = 0; j < bare.size(); j++) {
                assertThat((String) kept.get(j)).startsWith((String) bare.get(j));
                assertThat((String) bare.get(j)).doesNotContainPattern("[\n\r\u000b\f\u001c\u0085\u2028\u2029]");
            }
        }
    }
}
