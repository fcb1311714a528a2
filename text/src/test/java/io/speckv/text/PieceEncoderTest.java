package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A text in pieces has the ids of the whole text, costs what its limit costs, and ends nothing but itself. */
class PieceEncoderTest {
    private static final int SEVERAL_PIECES = 2 * PieceEncoder.PIECE;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama3_1", "qwen3", "gemma3", "deepseek_v3", "llama2", "gptoss", "gpt4o", "claude", "gemini", "gpt35turbo"
            })
    void piecesOfRealTokenizersHaveTheIdsOfTheWhole(String name) {
        piecesHaveTheIdsOfTheWhole(TestModels.real(name));
    }

    @Test
    void piecesOfTheTinyTokenizersHaveTheIdsOfTheWhole() {
        piecesHaveTheIdsOfTheWhole(TestModels.byteLevel());
        piecesHaveTheIdsOfTheWhole(TestModels.bundledDraft());
    }

    private static void piecesHaveTheIdsOfTheWhole(Path folder) {
        Random random = new Random(5);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (TextsOfEveryKind kind : TextsOfEveryKind.values()) {
                same(tokenizer, kind.text(SEVERAL_PIECES + random.nextInt(PieceEncoder.PIECE), random), kind.name());
            }
            for (int round = 0; round < 6; round++) {
                same(tokenizer, TextsOfEveryKind.mixed(SEVERAL_PIECES, random), "mixed " + round);
            }
        }
    }

    private static void same(Tokenizer tokenizer, String text, String kind) {
        NativeTokenizer.Piece whole = tokenizer.wholeAtOnce(text);
        Encoding pieces = tokenizer.encode(text, SpecialTokens.EXCLUDED);
        assertThat(pieces.ids()).as(kind).isEqualTo(whole.ids());
        assertThat(pieces.starts()).as(kind).isEqualTo(whole.starts());
        assertThat(pieces.ends()).as(kind).isEqualTo(whole.ends());
    }

    @Test
    void aTextBeyondTheLimitIsRefusedWithoutReadingItToItsEnd() {
        try (Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel())) {
            String text = "a".repeat(100_000);
            AtomicInteger asked = new AtomicInteger();
            EncodingLimit limit = new EncodingLimit(9_000, () -> asked.incrementAndGet() < 0);
            assertThatThrownBy(() -> tokenizer.encode(text, SpecialTokens.EXCLUDED, ControlTokens.AS_TEXT, limit))
                    .isInstanceOfSatisfying(
                            TooManyTokensException.class, e -> assertThat(e.limit()).isEqualTo(9_000));
            assertThat(asked).hasValueLessThan(8);
            assertThat(tokenizer
                            .encode(text, SpecialTokens.EXCLUDED, ControlTokens.AS_TEXT, EncodingLimit.of(100_000))
                            .size())
                    .isEqualTo(100_000);
        }
    }

    @Test
    void aCallerThatGivesUpIsHeardBetweenPieces() {
        try (Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel())) {
            AtomicInteger asked = new AtomicInteger();
            EncodingLimit limit = new EncodingLimit(Integer.MAX_VALUE, () -> asked.incrementAndGet() > 3);
            assertThatThrownBy(() -> tokenizer.encode(
                            "a b".repeat(100_000), SpecialTokens.EXCLUDED, ControlTokens.AS_TEXT, limit))
                    .isInstanceOf(CancellationException.class);
            assertThat(asked).hasValue(4);
        }
    }

    /** The pattern of Qwen2 ended the process on 10.5 million spaces. */
    @ParameterizedTest
    @ValueSource(strings = {"qwen3", "llama2", "gemma3"})
    void noRunIsTooLongForARealTokenizer(String name) {
        noRunIsTooLong(TestModels.real(name), 1 << 18);
    }

    @Test
    void noRunIsTooLongForTheTinyTokenizers() {
        noRunIsTooLong(TestModels.bundledDraft(), 1 << 20);
    }

    private static void noRunIsTooLong(Path folder, int chars) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            for (String run : new String[] {" ", "\n", "a", "\u0301"}) {
                Encoding encoding = tokenizer.encode(run.repeat(chars), SpecialTokens.EXCLUDED);
                assertThat(encoding.starts()[0]).isZero();
                assertThat(encoding.ends()[encoding.size() - 1]).isEqualTo(chars);
            }
        }
    }
}
