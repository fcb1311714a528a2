package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenOffsetsTest {
    private static final int END_OF_TURN = 260;
    /** The word "\u2581a" of TinyDecoders, and where its tokens of one byte begin. */
    private static final int WORD = 3;

    private static final int BYTES_FROM = 18;

    @TempDir
    Path folder;

    @Test
    void tokensOfOneCharacterBeginWhereItDoes() {
        try (Tokenizer bytes = Tokenizer.open(TestModels.byteLevel())) {
            int[] ids = bytes.encode("a🙂éb", SpecialTokens.EXCLUDED).ids();
            assertThat(offsets(bytes, ids)).containsExactly(0, 1, 1, 1, 1, 2, 2, 3);
        }
    }

    @Test
    void controlTokensTakeNoPlace() {
        try (Tokenizer bytes = Tokenizer.open(TestModels.byteLevel())) {
            assertThat(offsets(bytes, new int[] {'a', END_OF_TURN, 'b', 'c'})).containsExactly(0, 1, 1, 2);
        }
    }

    /** Such decoders strip the first space, and join a run of bytes only when it is over. */
    @Test
    void followsDecodersThatStripAndHoldBack() throws IOException {
        TinyDecoders.write(folder, "ByteFallback");
        try (Tokenizer fallback = Tokenizer.open(folder)) {
            int[] smile = {byteId(0xF0), byteId(0x9F), byteId(0x99), byteId(0x82)};
            int[] ids = {
                WORD, smile[0], smile[1], smile[2], smile[3], smile[0], smile[1], smile[2], smile[3], WORD, WORD
            };
            assertThat(offsets(fallback, ids)).containsExactly(0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 5);
        }
    }

    @Test
    void bytesOfTokensAreThoseOfTheTextTogether() throws IOException {
        try (Tokenizer bytes = Tokenizer.open(TestModels.byteLevel())) {
            int[] ids = bytes.encode("é", SpecialTokens.EXCLUDED).ids();
            assertThat(bytes.bytesOf(ids[0])).containsExactly(0xC3);
            assertThat(bytes.bytesOf(ids[1])).containsExactly(0xA9);
            assertThat(bytes.bytesOf('a')).containsExactly('a');
            assertThat(bytes.textOf(' ')).isEqualTo(" ");
        }
        TinyDecoders.write(folder, "ByteFallback");
        try (Tokenizer fallback = Tokenizer.open(folder)) {
            assertThat(fallback.bytesOf(byteId(0xE2))).containsExactly(0xE2);
            assertThat(fallback.textOf(WORD)).as("with its space").isEqualTo(" a");
        }
    }

    private static int byteId(int value) {
        return BYTES_FROM + value;
    }

    private static List<Integer> offsets(Tokenizer tokenizer, int[] ids) {
        TokenStream stream = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
        TokenOffsets offsets = new TokenOffsets(tokenizer, SpecialTokens.EXCLUDED);
        List<Integer> all = new ArrayList<>();
        for (int id : ids) {
            all.add(offsets.next(id));
            offsets.given(stream.accept(id), stream.isWhole());
        }
        return all;
    }
}
