package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecodedTokensTest {
    private static final int BEGIN = 256;
    private static final int END_OF_TURN = 260;

    private final Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel());

    @AfterAll
    void close() {
        tokenizer.close();
    }

    @Test
    void givesTheSpansThatEncodingGives() {
        Encoding encoded = tokenizer.encode("aé🙂b", SpecialTokens.EXCLUDED);
        Encoding decoded = DecodedTokens.of(tokenizer, encoded.ids());

        assertThat(decoded.text()).isEqualTo("aé🙂b");
        assertThat(decoded.starts()).containsExactly(encoded.starts());
        assertThat(decoded.ends()).containsExactly(encoded.ends());
    }

    @Test
    void controlTokensAreNoTextAndSpanNothing() {
        Encoding decoded = DecodedTokens.of(tokenizer, new int[] {BEGIN, 'a', END_OF_TURN, END_OF_TURN, 'b', BEGIN});

        assertThat(decoded.text()).isEqualTo("ab");
        assertThat(decoded.starts()).containsExactly(0, 0, 1, 1, 1, 2);
        assertThat(decoded.ends()).containsExactly(0, 1, 1, 1, 2, 2);
    }

    @Test
    void controlTokensCanBePartOfTheText() {
        Encoding spelled = DecodedTokens.spelledOut(tokenizer, new int[] {'a', END_OF_TURN, 'b'});

        assertThat(spelled.text()).isEqualTo("a<|end_of_turn|>b");
        assertThat(spelled.starts()).containsExactly(0, 1, 16);
        assertThat(spelled.ends()).containsExactly(1, 16, 17);
    }

    @Test
    void aCharacterThatIsCutOffIsSpannedByWhatIsThere() {
        int[] smile = tokenizer.encode("🙂", SpecialTokens.EXCLUDED).ids();
        Encoding decoded = DecodedTokens.of(tokenizer, new int[] {'a', smile[0], smile[1], END_OF_TURN, 'b', smile[0]});
        int cut = decoded.text().indexOf("b");
        int end = decoded.text().length();

        assertThat(decoded.text()).startsWith("a\uFFFD").endsWith("\uFFFD");
        assertThat(decoded.starts()).containsExactly(0, 1, 1, cut, cut, cut + 1);
        assertThat(decoded.ends()).containsExactly(1, cut, cut, cut, cut + 1, end);
    }

    @Test
    void noTokensAreNoText() {
        assertThat(DecodedTokens.of(tokenizer, new int[0]).text()).isEmpty();
    }
}
