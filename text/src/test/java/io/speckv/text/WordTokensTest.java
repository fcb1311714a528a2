package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordTokensTest {
    private static final String WORD_PIECE = """
            {"version": "1.0", "added_tokens": [],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                       "max_input_chars_per_word": 100,
                       "vocab": {"[UNK]": 0, "un": 1, "##fold": 2, "##ing": 3, ",": 4, "fold": 5}}}
            """;
    private static final String UNIGRAM = """
            {"version": "1.0", "added_tokens": [],
             "pre_tokenizer": {"type": "Metaspace", "replacement": "\u2581", "add_prefix_space": true},
             "model": {"vocab": [["<unk>", 0.0], ["\u2581un", -1.0], ["fold", -1.0], ["ing", -1.0], [",", -1.0],
                                 ["\u2581", -3.0], ["\u2581fold", -1.0]],
                       "type": "Unigram", "unk_id": 0}}
            """;

    @TempDir
    Path folder;

    private WordTokens encode(String tokenizer, String text) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer);
        try (Tokenizer open = Tokenizer.open(folder)) {
            return open.encodeWords(text);
        }
    }

    @Test
    void aTokenizerThatPutsNothingAroundATextIsRefusedWhereThatIsNeeded() throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), UNIGRAM);
        try (Tokenizer open = Tokenizer.open(folder)) {
            assertThatThrownBy(open::aroundText)
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageEndingWith("expected one special token before a text and one after it, found 0 in all");
        }
    }

    @Test
    void wordPiecesWordsGoOnWithTwoHashes() throws IOException {
        WordTokens words = encode(WORD_PIECE, "Unfolding, fold");

        assertThat(words.tokens().ids()).containsExactly(1, 2, 3, 4, 5);
        assertThat(words.begins()).containsExactly(true, false, false, true, true);
        assertThat(words.tokens().starts()).containsExactly(0, 2, 6, 9, 11);
    }

    @Test
    void sentencePiecesWordsBeginWithItsMarkOrArePunctuation() throws IOException {
        WordTokens words = encode(UNIGRAM, "unfolding, fold");

        assertThat(words.tokens().ids()).containsExactly(1, 2, 3, 4, 6);
        assertThat(words.begins()).containsExactly(true, false, false, true, true);
    }
}
