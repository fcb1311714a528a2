package io.speckv.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScalarTest {
    /** RFC 8259, sections 3 and 6. */
    private static final Pattern GRAMMAR =
            Pattern.compile("true|false|null|-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private static final String CHARS = "0012-+.eEtruefalsnl ";
    private static final int MANY = 200_000;

    @ParameterizedTest
    @ValueSource(
            strings = {"0", "-0", "10", "0.0", "-1.50", "1e5", "1E+05", "0e-0", "12.5e10", "true", "false", "null"})
    void numbersAndThreeWordsAreScalars(String text) {
        assertThat(JsonScalar.is(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                "01",
                "-01",
                "00",
                ".5",
                "1.",
                "1.e5",
                "1e",
                "1e+",
                "1e5.0",
                "--1",
                "1-",
                "0x1",
                "1 ",
                " 1",
                "True",
                "tru",
                "truee",
                "nul",
                "NaN",
                "Infinity",
                "٣",
                "1٣",
                "１",
                "\"1\"",
                "1,",
                "tnull"
            })
    void nothingElseIs(String text) {
        assertThat(JsonScalar.is(text)).isFalse();
    }

    @Test
    void whatIsTakenIsTheGrammarsAndWhatIsNotTakenCannotBeginIt() {
        Random random = new Random(1);
        for (int i = 0; i < MANY; i++) {
            StringBuilder text = new StringBuilder();
            JsonScalar scalar = new JsonScalar();
            for (int j = random.nextInt(9); j >= 0; j--) {
                char c = CHARS.charAt(random.nextInt(CHARS.length()));
                boolean begins = begins(text.toString() + c);
                assertThat(scalar.accept(c)).as("'%s' behind '%s'", c, text).isEqualTo(begins);
                // What may not stand there is as if it had not come.
                if (begins) {
                    text.append(c);
                }
                assertThat(scalar.isWhole())
                        .as(text.toString())
                        .isEqualTo(GRAMMAR.matcher(text).matches());
            }
        }
    }

    /** Whether a text is the beginning of a scalar: it is one, or the grammar asks for more of it. */
    private static boolean begins(String text) {
        var matcher = GRAMMAR.matcher(text);
        return matcher.matches() || matcher.hitEnd();
    }

    @Test
    void aNumberThatNeverEndsIsNoneBeforeItFillsTheMemory() {
        assertThat(JsonScalar.is("1".repeat(1000))).isTrue();
        assertThat(JsonScalar.is("1".repeat(1001))).isFalse();
    }
}
