package io.speckv.cli.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

class PromptArgumentsTest {
    @TempDir
    Path folder;

    @Command(name = "asks")
    private static final class Asks {
        @ArgGroup(exclusive = true, multiplicity = "1")
        PromptArguments prompt = new PromptArguments();
    }

    private static PromptArguments given(String... arguments) {
        return CommandLine.populateCommand(new Asks(), arguments).prompt;
    }

    private PromptArguments ids(String json) throws IOException {
        return given(
                "--prompt-ids",
                Files.writeString(folder.resolve("ids.json"), json).toString());
    }

    @Test
    void aTextIsThePromptAndSoIsAFilesText() throws IOException {
        Path file = Files.writeString(folder.resolve("prompt.txt"), "from a file\n");

        assertThat(given("--prompt", "a text").toProto().getText()).isEqualTo("a text");
        assertThat(given("--file", file.toString()).toProto().getText()).isEqualTo("from a file\n");
        assertThat(given("--prompt-file", file.toString()).text()).isEqualTo("from a file\n");
    }

    @Test
    void anEmptyTextIsATextAndNoPromptOfIds() throws IOException {
        assertThat(given("--prompt", "").text()).isEmpty();
        assertThat(given("--prompt", "").toProto().hasText()).isTrue();
    }

    @Test
    void idsAreThePromptAsTheyStand() throws IOException {
        PromptArguments ids = ids(" [7, 300, 0, 2147483647]\n");

        assertThat(ids.text()).isNull();
        assertThat(ids.toProto().getTokenIds().getIdsList()).containsExactly(7, 300, 0, Integer.MAX_VALUE);
        assertThat(ids.toProto().hasText()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        ``             | expected a JSON array of token ids, found nothing
        null           | expected a JSON array of token ids, found null
        5              | expected a JSON array of token ids, found number
        "1"            | expected a JSON array of token ids, found string
        {"ids": [1]}   | expected a JSON array of token ids, found object
        [1, 2          | expected a JSON array of token ids, found Unexpected end-of-input
        [1, 2] 3       | expected a JSON array of token ids, found Trailing token
        [1, 2.5]       | found 2.5 at place 1; a token id is a whole number from 0 on
        [1, 2.0]       | found 2.0 at place 1; a token id is a whole number from 0 on
        ["1"]          | found "1" at place 0; a token id is a whole number from 0 on
        [1, null]      | found null at place 1; a token id is a whole number from 0 on
        [true]         | found true at place 0; a token id is a whole number from 0 on
        [[1]]          | found [1] at place 0; a token id is a whole number from 0 on
        [-1]           | found -1 at place 0; a token id is a whole number from 0 on
        [3000000000]   | found 3000000000 at place 0; a token id is a whole number from 0 on
        """)
    void whatIsNoArrayOfIdsIsNamedWithItsPlace(String json, String found) throws IOException {
        PromptArguments ids = ids(json);

        assertThatThrownBy(ids::toProto)
                .isInstanceOf(WrongInputException.class)
                .hasMessageStartingWith(folder.resolve("ids.json") + ": " + found);
    }

    @Test
    void aModelInThisProcessReadsAtLeastOneToken() throws IOException {
        Path model = Path.of(System.getProperty("speckv.golden")).resolve("models/llama-target");
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            assertThat(ids("[5, 6]").tokens(null, tokenizer)).containsExactly(5, 6);
            assertThat(new PromptArguments().tokens("ab", tokenizer)).endsWith('a', 'b');
            PromptArguments none = ids("[]");
            assertThatThrownBy(() -> none.tokens(null, tokenizer))
                    .hasMessage("the prompt is empty; it needs at least one token");
        }
    }

    @Test
    void withoutAPromptTheWaysToGiveOneAreNamed() {
        assertThatThrownBy(() -> new PromptArguments().toProto())
                .isInstanceOf(WrongInputException.class)
                .hasMessage("no prompt is given; use --prompt, --prompt-file or --prompt-ids");
    }
}
