package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenStreamTest {
    private final Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel());

    @AfterAll
    void close() {
        tokenizer.close();
    }

    @Test
    void holdsACharacterBackUntilItsLastByte() {
        int[] ids = tokenizer.encode("a🙂é", SpecialTokens.EXCLUDED).ids();
        TokenStream stream = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
        List<String> deltas = new ArrayList<>();
        for (int id : ids) {
            deltas.add(stream.accept(id));
        }
        assertThat(deltas).containsExactly("a", "", "", "", "🙂", "", "é");
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void givesAnIncompleteCharacterAsAReplacementAtTheEnd() {
        int[] ids = tokenizer.encode("x🙂", SpecialTokens.EXCLUDED).ids();
        TokenStream stream = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
        assertThat(stream.accept(ids[0])).isEqualTo("x");
        assertThat(stream.accept(ids[1])).isEmpty();
        assertThat(stream.finish()).isEqualTo("\uFFFD");
        assertThat(stream.accept(ids[0])).as("after finish a new text begins").isEqualTo("x");
    }

    @Test
    void spellsSpecialTokensOutOnlyWhenAskedTo() {
        assertThat(new TokenStream(tokenizer, SpecialTokens.INCLUDED).accept(260))
                .isEqualTo("<|end_of_turn|>");
        TokenStream hiding = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
        assertThat(hiding.accept(260)).isEmpty();
        assertThat(hiding.accept(97)).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(SpecialTokens.class)
    void piecesOfRandomTokensAreTheDecodingOfAll(SpecialTokens special) {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int[] ids = random.ints(random.nextInt(40), 0, 264).toArray();
            assertThat(streamed(tokenizer, ids, special)).isEqualTo(tokenizer.decode(ids, special));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama3_1", "qwen3"})
    void piecesOfRealTokensAreTheDecodingOfAll(String name) {
        try (Tokenizer real = Tokenizer.open(TestModels.real(name))) {
            Random random = new Random(11);
            for (int round = 0; round < 50; round++) {
                int[] ids = random.ints(40, 0, real.vocabSize()).toArray();
                assertThat(streamed(real, ids, SpecialTokens.EXCLUDED))
                        .isEqualTo(real.decode(ids, SpecialTokens.EXCLUDED));
            }
        }
    }

    private static String streamed(Tokenizer tokenizer, int[] ids, SpecialTokens special) {
        TokenStream stream = new TokenStream(tokenizer, special);
        StringBuilder text = new StringBuilder();
        for (int id : ids) {
            text.append(stream.accept(id));
        }
        return text.append(stream.finish()).toString();
    }
}
