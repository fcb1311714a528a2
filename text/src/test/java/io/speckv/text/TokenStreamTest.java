package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenStreamTest {
    @TempDir
    Path temp;

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
    @ValueSource(strings = {"llama3_1", "qwen3", "llama2", "gemma3", "deepseek_v3", "gptoss", "claude"})
    void piecesOfRealTokensAreTheDecodingOfAll(String name) {
        try (Tokenizer real = Tokenizer.open(TestModels.real(name))) {
            int compared = piecesAreTheDecoding(real, 60);
            System.out.printf("%s: %,d streams equal to decoding the whole, 0 different%n", name, compared);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ByteFallback", "Metaspace", "WordPiece", "BPEDecoder", "none"})
    void piecesAreTheDecodingForEveryDecoder(String decoder) throws IOException {
        TinyDecoders.write(temp, decoder);
        try (Tokenizer tiny = Tokenizer.open(temp)) {
            piecesAreTheDecoding(tiny, 300);
        }
    }

    /** Random tokens, texts, and runs of byte tokens, right and broken ones; at every cut. Returns how many were compared. */
    private static int piecesAreTheDecoding(Tokenizer tokenizer, int rounds) {
        Random random = new Random(11);
        int compared = 0;
        int[] bytes = tokenizer.byteTokens().stream()
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
        for (int round = 0; round < rounds; round++) {
            int[] ids = random.ints(24, 0, tokenizer.vocabSize()).toArray();
            if (round % 3 == 1) {
                ids = tokenizer
                        .encode(TextsOfEveryKind.mixed(40, random), SpecialTokens.EXCLUDED)
                        .ids();
            } else if (round % 3 == 2 && bytes.length > 0) {
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = random.nextInt(4) == 0 ? ids[i] : bytes[random.nextInt(bytes.length)];
                }
            }
            for (SpecialTokens special : SpecialTokens.values()) {
                compared += everyCut(tokenizer, ids, special);
            }
            assertThat(DecodedTokens.of(tokenizer, ids).text())
                    .isEqualTo(tokenizer.decode(ids, SpecialTokens.EXCLUDED));
        }
        return compared;
    }

    private static int everyCut(Tokenizer tokenizer, int[] ids, SpecialTokens special) {
        int compared = 0;
        for (int cut = 1; cut <= ids.length; cut += cut < 8 ? 1 : 5) {
            int[] first = Arrays.copyOf(ids, cut);
            assertThat(streamed(tokenizer, first, special))
                    .as(Arrays.toString(first))
                    .isEqualTo(tokenizer.decode(first, special));
            compared++;
        }
        return compared;
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
