package io.speckv.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenizerTest {
    private static final int END_OF_TURN = 260;

    @TempDir
    Path temp;

    private final Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel());

    @AfterAll
    void close() {
        tokenizer.close();
    }

    @Test
    void encodesBytesAndSaysWhereTheyLie() {
        Encoding encoding = tokenizer.encode("aé🙂b", SpecialTokens.EXCLUDED);
        assertThat(encoding.size()).isEqualTo(8);
        assertThat(tokenizer.decode(encoding.ids(), SpecialTokens.INCLUDED)).isEqualTo("aé🙂b");
        assertThat(encoding.starts()).containsExactly(0, 1, 1, 2, 2, 2, 2, 4);
        assertThat(encoding.ends()).containsExactly(1, 2, 2, 4, 4, 4, 4, 5);
        assertThat(encoding.text()).isEqualTo("aé🙂b");
    }

    @Test
    void keepsNulCharacters() {
        int[] ids = tokenizer.encode("a\0b", SpecialTokens.EXCLUDED).ids();
        assertThat(tokenizer.decode(ids, SpecialTokens.INCLUDED)).isEqualTo("a\0b");
    }

    @Test
    void emptyTextHasNoTokens() {
        assertThat(tokenizer.encode("", SpecialTokens.EXCLUDED).size()).isZero();
        assertThat(tokenizer.decode(new int[0], SpecialTokens.INCLUDED)).isEmpty();
    }

    @Test
    void spelledOutControlTokensAreControlTokensOnlyWhenAskedFor() {
        String text = "é<|end_of_turn|>b";
        Encoding control = tokenizer.encode(text, SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL);
        assertThat(control.ids()).hasSize(4).contains(END_OF_TURN);
        assertThat(control.starts()).containsExactly(0, 0, 1, 16);
        Encoding plain = tokenizer.encode(text, SpecialTokens.EXCLUDED, ControlTokens.AS_TEXT);
        assertThat(plain.ids()).hasSize(text.length() + 1).doesNotContain(END_OF_TURN);
        assertThat(tokenizer.decode(plain.ids(), SpecialTokens.EXCLUDED)).isEqualTo(text);
    }

    @Test
    void keepsTheIdsOfOtherAddedTokensWhereControlTokensStayText() throws IOException {
        String json = Files.readString(TestModels.byteLevel().resolve(Tokenizer.FILE));
        int extra = json.indexOf("<|extra_0|>");
        Files.writeString(
                temp.resolve(Tokenizer.FILE),
                json.substring(0, extra) + json.substring(extra).replaceFirst("true", "false"));
        try (Tokenizer mixed = Tokenizer.open(temp)) {
            assertThat(mixed.specialTokens()).hasSize(7);
            int[] ids = mixed.encode("<|pad|><|extra_0|>", SpecialTokens.EXCLUDED, ControlTokens.AS_TEXT)
                    .ids();
            assertThat(ids).hasSize(8).endsWith(262);
        }
    }

    @Test
    void decodingLeavesSpecialTokensOutWhenAskedTo() {
        int[] ids = {256, 72, END_OF_TURN};
        assertThat(tokenizer.decode(ids, SpecialTokens.EXCLUDED)).hasSize(1);
        assertThat(tokenizer.decode(ids, SpecialTokens.INCLUDED))
                .startsWith("<|begin_of_text|>")
                .endsWith("<|end_of_turn|>");
    }

    @Test
    void idsBeyondTheVocabularyHaveNoTextAndNegativeOnesAreRefused() {
        assertThat(tokenizer.decode(new int[] {97, 5000}, SpecialTokens.INCLUDED))
                .hasSize(1);
        assertThatThrownBy(() -> tokenizer.decode(new int[] {97, -1}, SpecialTokens.INCLUDED))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("found -1 at index 1");
    }

    @Test
    void refusesHalfASurrogatePair() {
        assertThatThrownBy(() -> tokenizer.encode("ab\uD83D", SpecialTokens.EXCLUDED))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("at char 2");
    }

    @Test
    void whatIsMissingIsTheFileOrTheFolder() {
        Path folder = temp.resolve("absent");

        assertThatThrownBy(() -> Tokenizer.open(temp))
                .isInstanceOf(TokenizerException.class)
                .hasMessage(temp.resolve(Tokenizer.FILE) + ": expected a tokenizer file, found no such file");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(TokenizerException.class)
                .hasMessage(folder + ": expected the folder of a model, found no such folder");
    }

    @Test
    void describesItself() {
        assertThat(tokenizer.vocabSize()).isEqualTo(264);
        assertThat(tokenizer.specialTokens()).hasSize(8).containsEntry("<|end_of_turn|>", END_OF_TURN);
    }

    @Test
    void aSavedAgainFileIsTheSameTokenizer() throws IOException {
        String json = Files.readString(TestModels.byteLevel().resolve(Tokenizer.FILE));
        for (String same : new String[] {
            JsonMapper.builder().build().readTree(json).toString(),
            json.replace("\"normalizer\": null", "\"normalizer\": {\"type\": \"Sequence\", \"normalizers\": []}"),
            json.replace("\"dropout\": null", "\"dropout\": null, \"ignore_merges\": false"),
            json.replace(
                    "\"truncation\": null",
                    "\"truncation\": {\"direction\": \"Right\", \"max_length\": 4,"
                            + " \"strategy\": \"LongestFirst\", \"stride\": 0}"),
        }) {
            assertThat(fingerprint(same)).isEqualTo(tokenizer.fingerprint());
        }
        for (String other : new String[] {
            json.replace("\"use_regex\": false", "\"use_regex\": true"),
            json.replace("<|pad|>", "<|pat|>"),
            json.replace("\"normalizer\": null", "\"normalizer\": {\"type\": \"NFC\"}"),
        }) {
            assertThat(other).isNotEqualTo(json);
            assertThat(fingerprint(other)).isNotEqualTo(tokenizer.fingerprint());
        }
    }

    /** Services of other builds compare it with theirs: what hashes otherwise from one build to the next ends every roll-out. */
    @Test
    void theSameFileHasTheSameFingerprintInEveryBuild() {
        assertThat(tokenizer.fingerprint())
                .isEqualTo("96b52ad91d83d0514cb26dca4d538d303d6388e1dc57ca89205054b99a2a7e76");
    }

    private String fingerprint(String json) throws IOException {
        Files.writeString(temp.resolve(Tokenizer.FILE), json);
        try (Tokenizer saved = Tokenizer.open(temp)) {
            return saved.fingerprint();
        }
    }

    @Test
    void neverCutsNorPadsWhateverTheFileSays() throws IOException {
        String json = Files.readString(TestModels.byteLevel().resolve(Tokenizer.FILE));
        Files.writeString(
                temp.resolve(Tokenizer.FILE),
                json.replace(
                                "\"truncation\": null",
                                "\"truncation\": {\"direction\": \"Right\", \"max_length\": 4, \"strategy\":"
                                        + " \"LongestFirst\", \"stride\": 0}")
                        .replace(
                                "\"padding\": null",
                                "\"padding\": {\"strategy\": {\"Fixed\": 9}, \"direction\": \"Right\","
                                        + " \"pad_to_multiple_of\": null, \"pad_id\": 261, \"pad_type_id\": 0,"
                                        + " \"pad_token\": \"<|pad|>\"}"));
        try (Tokenizer limited = Tokenizer.open(temp)) {
            assertThat(limited.encode("abcdef", SpecialTokens.INCLUDED).size()).isEqualTo(6);
            assertThat(limited.encode("ab", SpecialTokens.INCLUDED).size()).isEqualTo(2);
        }
    }

    @Test
    void putsSpecialTokensTheTextDoesNotSpellNowhere() throws IOException {
        String json = Files.readString(TestModels.byteLevel().resolve(Tokenizer.FILE));
        Files.writeString(
                temp.resolve(Tokenizer.FILE),
                json.replace(
                        "\"post_processor\": null",
                        "\"post_processor\": {\"type\": \"TemplateProcessing\", \"single\": [{\"SpecialToken\":"
                                + " {\"id\": \"<|begin_of_text|>\", \"type_id\": 0}}, {\"Sequence\": {\"id\": \"A\","
                                + " \"type_id\": 0}}], \"pair\": [{\"Sequence\": {\"id\": \"A\", \"type_id\": 0}},"
                                + " {\"Sequence\": {\"id\": \"B\", \"type_id\": 1}}], \"special_tokens\":"
                                + " {\"<|begin_of_text|>\": {\"id\": \"<|begin_of_text|>\", \"ids\": [256], \"tokens\":"
                                + " [\"<|begin_of_text|>\"]}}}"));
        try (Tokenizer framing = Tokenizer.open(temp)) {
            for (ControlTokens spelledOut : ControlTokens.values()) {
                Encoding encoding = framing.encode("a<|pad|>", SpecialTokens.INCLUDED, spelledOut);
                assertThat(encoding.ids()[0]).isEqualTo(256);
                assertThat(encoding.starts()[0]).isZero();
                assertThat(encoding.ends()[0]).isZero();
            }
            assertThat(framing.encode("a", SpecialTokens.EXCLUDED).size()).isEqualTo(1);
        }
    }

    @Test
    void refusesDamagedFiles() throws IOException {
        byte[] json = Files.readAllBytes(TestModels.byteLevel().resolve(Tokenizer.FILE));
        String text = new String(json, StandardCharsets.UTF_8);
        for (String damaged : new String[] {
            "",
            "[]",
            "{}",
            text.substring(0, text.length() / 2),
            text.replace("\"BPE\"", "\"XYZ\""),
            "{\"model\": {\"vocab\": {\"a\": 0}}}"
        }) {
            Files.writeString(temp.resolve(Tokenizer.FILE), damaged);
            assertThatThrownBy(() -> Tokenizer.open(temp))
                    .isInstanceOfSatisfying(
                            TokenizerException.class, e -> assertThat(e.code()).isEqualTo("tokenizer"))
                    .hasMessageStartingWith(temp.resolve(Tokenizer.FILE).toString());
        }
    }
}
