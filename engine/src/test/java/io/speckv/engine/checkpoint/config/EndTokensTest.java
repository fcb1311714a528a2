package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of a vocabulary of 100 tokens; files have single quotes. */
class EndTokensTest {
    @TempDir
    Path folder;

    private void write(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json.replace('\'', '"'));
    }

    private Set<Integer> read(String config) throws IOException {
        write("config.json", config);
        JsonFile file = JsonFile.read(folder.resolve("config.json"));
        return EndTokens.read(folder, file, file, 100);
    }

    @Test
    void aFolderMayNameNone() throws IOException {
        assertThat(read("{}")).isEmpty();
    }

    @Test
    void theConfigNamesOneOrSeveral() throws IOException {
        assertThat(read("{'eos_token_id': 5}")).containsExactly(5);
        assertThat(read("{'eos_token_id': [5, 7]}")).containsExactlyInAnyOrder(5, 7);
        assertThat(read("{'eos_token_id': null}")).isEmpty();
    }

    @Test
    void theGenerationConfigComesFirstWhereItSaysSo() throws IOException {
        write("generation_config.json", "{'eos_token_id': [8, 9]}");
        assertThat(read("{'eos_token_id': 5}")).containsExactlyInAnyOrder(8, 9);
        write("generation_config.json", "{'temperature': 1}");
        assertThat(read("{'eos_token_id': 5}")).containsExactly(5);
    }

    @Test
    void theWholeConfigComesBeforeItsLanguagePart() throws IOException {
        write("whole.json", "{'eos_token_id': 6}");
        write("part.json", "{'eos_token_id': 7}");
        write("empty.json", "{}");
        JsonFile whole = JsonFile.read(folder.resolve("whole.json"));
        JsonFile part = JsonFile.read(folder.resolve("part.json"));
        JsonFile empty = JsonFile.read(folder.resolve("empty.json"));
        assertThat(EndTokens.read(folder, whole, part, 100)).containsExactly(6);
        assertThat(EndTokens.read(folder, empty, part, 100)).containsExactly(7);
    }

    @Test
    void anIdBeyondTheVocabularyIsRefused() {
        assertThatThrownBy(() -> read("{'eos_token_id': [5, 100]}"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": ")
                .hasMessageContaining("eos_token_id")
                .hasMessageContaining("ids below vocab_size 100");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'eos_token': '</s>', 'added_tokens_decoder': {'42': {'content': '</s>'}}}
        {'eos_token': {'content': '</s>'}, 'added_tokens_decoder': {'42': {'content': '</s>'}, '43': {'content': 'x'}}}
        """)
    void theTokenizersOwnEndIsOneMore(String config) throws IOException {
        write("tokenizer_config.json", config);
        assertThat(read("{'eos_token_id': 5}")).containsExactlyInAnyOrder(5, 42);
    }

    @Test
    void itsSpellingMayStandInTheMapOfSpecialTokens() throws IOException {
        write("tokenizer_config.json", "{'added_tokens_decoder': {'42': {'content': '</s>'}}}");
        write("special_tokens_map.json", "{'eos_token': {'content': '</s>'}}");
        assertThat(read("{}")).containsExactly(42);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'added_tokens': [{'id': 3, 'content': 'x'}, {'id': 42, 'content': '</s>'}], 'model': {'vocab': {'</s>': 7}}}
        {'model': {'vocab': {'</s>': 7}}, 'added_tokens': [{'id': 42, 'content': '</s>'}]}
        {'added_tokens': [], 'model': {'type': 'BPE', 'merges': [['a', 'b']], 'vocab': {'a': 1, '</s>': 42, 'b': 2}}}
        {'normalizer': {'vocab': {'</s>': 9}}, 'model': {'vocab': {'</s>': 42}}, 'decoder': null}
        """)
    void itsIdMayStandInTheTokenizerItself(String tokenizer) throws IOException {
        write("tokenizer_config.json", "{'eos_token': '</s>'}");
        write("tokenizer.json", tokenizer);
        assertThat(read("{}")).containsExactly(42);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'added_tokens': [{'id': 100, 'content': '</s>'}]}
        {'added_tokens': [{'content': '</s>'}]}
        {'added_tokens': [{'id': 1, 'content': 'x'}], 'model': {'vocab': [['</s>', -1.5]]}}
        {'model': null}
        {}
        """)
    void anEndThatTheModelDoesNotHaveIsNone(String tokenizer) throws IOException {
        write("tokenizer_config.json", "{'eos_token': '</s>'}");
        write("tokenizer.json", tokenizer);
        assertThat(read("{'eos_token_id': 5}")).containsExactly(5);
    }

    @Test
    void aDamagedFileIsNamed() throws IOException {
        write("tokenizer_config.json", "{'eos_token': '</s>'");
        assertThatThrownBy(() -> read("{}"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tokenizer_config.json: expected well-formed JSON");
        write("tokenizer_config.json", "{'eos_token': '</s>'}");
        write("tokenizer.json", "{'added_tokens': [");
        assertThatThrownBy(() -> read("{}"))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("tokenizer.json: expected well-formed JSON");
    }
}
