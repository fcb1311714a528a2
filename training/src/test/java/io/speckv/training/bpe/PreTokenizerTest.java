package io.speckv.training.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreTokenizerTest {
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        PreTokenizer.split(text, pieces::add);
        return pieces;
    }

    @ParameterizedTest(name = "''{0}''")
    @CsvSource(delimiter = '=', quoteCharacter = '`', textBlock = """
            the  cat sat        = the| | cat| sat
            it's THEY'LL don't  = it|'s| THEY|'LL| don|'t
            'sx 'x              = `'s|x| '|x`
            a1234b              = a|1|2|3|4|b
            x+-1;               = `x|+-|1|;`
            (one) _two_         = `(one|)| _|two|_`
            😀 😀a 日本            = `😀| 😀|a| 日本`
            ½٣Ⅷ                 = ½|٣|Ⅷ
            """)
    void wordsCarryTheSignBeforeThemAndDigitsStandAlone(String text, String pieces) {
        assertThat(pieces(text)).isEqualTo(List.of(pieces.split("\\|", -1)));
    }

    @Test
    void lineEndsStayWithThePunctuationBeforeThemAndBlanksAreTheirOwn() {
        assertThat(pieces("a.\n\nb\r\n  c \n")).containsExactly("a", ".\n\n", "b", "\r\n", " ", " c", " \n");
        assertThat(pieces("x   ")).containsExactly("x", "   ");
        assertThat(pieces("")).isEmpty();
    }

    /** Made by {@code golden/reference/make_pieces.py}. */
    @Test
    void drawnTextsAreCutAsHuggingFaceCutsThem() throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        SoftAssertions all = new SoftAssertions();
        List<String> lines = Files.readAllLines(Path.of("src/test/testdata/pieces.jsonl"));
        for (String line : lines) {
            JsonNode expected = json.readTree(line);
            List<String> pieces = new ArrayList<>();
            expected.path("pieces").forEach(piece -> pieces.add(piece.textValue()));
            all.assertThat(pieces(expected.path("text").textValue())).as(line).isEqualTo(pieces);
        }
        assertThat(lines).hasSizeGreaterThan(200);
        all.assertAll();
    }

    @Test
    void piecesJoinedGiveAnyTextBackAndNoneIsEmpty() {
        Random random = new Random(1);
        for (int i = 0; i < 300; i++) {
            String text = SampleTexts.noise(40, random) + (char) (0xD800 + random.nextInt(0x800)) + "x";
            assertThat(String.join("", pieces(text))).isEqualTo(text);
            assertThat(pieces(text)).doesNotContain("");
        }
    }
}
