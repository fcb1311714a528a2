package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.PromptArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;

class LocalPromptTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path CHATTING = GOLDEN.resolveSibling("models/speckv-tiny-target");
    private static final Path PLAIN = GOLDEN.resolve("models/llama-target");

    @TempDir
    Path folder;

    @Command(name = "asks")
    private static final class Asks {
        @ArgGroup(exclusive = true, multiplicity = "1")
        PromptArguments prompt = new PromptArguments();
    }

    private static LocalPrompt read(Path model, boolean chat, String... prompt) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            return LocalPrompt.read(CommandLine.populateCommand(new Asks(), prompt).prompt, chat, tokenizer, model);
        }
    }

    private String ids() throws IOException {
        return Files.writeString(folder.resolve("ids.json"), "[5, 6, 7]").toString();
    }

    @Test
    void aTextIsReadPlainAndAChatInTheModelsFormat() throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(CHATTING)) {
            int[] plain =
                    tokenizer.encode("Where is it?", SpecialTokens.INCLUDED).ids();
            int[] chat = read(CHATTING, true, "--prompt", "Where is it?").tokens();

            assertThat(read(CHATTING, false, "--prompt", "Where is it?").tokens())
                    .isEqualTo(plain);
            assertThat(chat).hasSizeGreaterThan(plain.length);
            assertThat(tokenizer.decode(chat, SpecialTokens.EXCLUDED)).contains("Where is it?");
        }
    }

    @Test
    void anEmptyAnswerToAPlainTextMayBeForWantOfTheFormat() throws IOException {
        LocalPrompt plain = read(CHATTING, false, "--prompt", "x");

        assertThat(plain.hint("")).contains(LocalPrompt.HINT);
        assertThat(plain.hint(" \n")).contains(LocalPrompt.HINT);
        assertThat(plain.hint("an answer")).isEmpty();
    }

    @Test
    void whoHasNoFormatOrUsedItOrGaveIdsIsNotToldOfIt() throws IOException {
        assertThat(read(PLAIN, false, "--prompt", "x").hint("")).isEmpty();
        assertThat(read(CHATTING, true, "--prompt", "x").hint("")).isEmpty();
        assertThat(read(CHATTING, false, "--prompt-ids", ids()).hint("")).isEmpty();
    }

    @Test
    void idsAreReadAsTheyStand() throws IOException {
        assertThat(read(CHATTING, false, "--prompt-ids", ids()).tokens()).containsExactly(5, 6, 7);
    }

    @Test
    void aChatNeedsATextAndAModelThatChats() throws IOException {
        String ids = ids();

        assertThatThrownBy(() -> read(CHATTING, true, "--prompt-ids", ids))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--chat takes a text, not token ids");
        assertThatThrownBy(() -> read(PLAIN, true, "--prompt", "x"))
                .isInstanceOf(WrongInputException.class)
                .hasMessage(
                        "--chat needs a chat template, and " + PLAIN + " has none; leave it out to give a plain text");
    }
}
