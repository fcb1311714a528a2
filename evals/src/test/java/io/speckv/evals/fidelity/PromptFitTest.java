package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.EvalPrompt;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.TinyPair;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PromptFitTest {
    private static final String LONG = "The grass is green. The sky is blue. ".repeat(40);

    @TempDir
    Path folder;

    private final Tokenizer tokenizer = TinyPair.tokenizer();

    @AfterAll
    void close() {
        tokenizer.close();
    }

    private PromptTokenizer withTemplate() throws IOException {
        String template = "{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }} {% endfor %}";
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"chat_template\": \"" + template + "\"}");
        return PromptTokenizer.of(tokenizer, folder);
    }

    private String text(FidelityPrompt prompt) {
        return tokenizer.decode(prompt.ids(), SpecialTokens.EXCLUDED);
    }

    @Test
    void whatIsShortEnoughStaysAsItIs() {
        FidelityPrompt prompt =
                new PromptFit(PromptTokenizer.plain(tokenizer), 64).fit(new EvalPrompt.Text("a", "The sky.", false));

        assertThat(prompt.cut()).isFalse();
        assertThat(prompt.name()).isEqualTo("a");
        assertThat(text(prompt)).isEqualTo("The sky.");
    }

    @Test
    void aTextThatIsTooLongLosesItsMiddle() {
        FidelityPrompt prompt = new PromptFit(PromptTokenizer.plain(tokenizer), 64)
                .fit(new EvalPrompt.Text("a", "First. " + LONG + "Last.", false));

        assertThat(prompt.cut()).isTrue();
        assertThat(prompt.ids()).hasSizeBetween(60, 64);
        assertThat(text(prompt)).startsWith("First.").endsWith("Last.");
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aCutThroughACharacterComesToAnEnd() {
        // The bundled vocabulary writes these in several tokens each.
        for (String text : List.of("\u2500\u2502".repeat(300), "caf\u00e9 ".repeat(300), "\u4e2d\u6587".repeat(200))) {
            for (int longest : new int[] {33, 64, 101}) {
                FidelityPrompt prompt = new PromptFit(PromptTokenizer.plain(tokenizer), longest)
                        .fit(new EvalPrompt.Text("a", text, false));

                assertThat(prompt.ids()).hasSizeBetween(longest / 2, longest);
            }
        }
    }

    @Test
    void ofAChatTheLongestMessageIsCutAndTheOthersStay() throws IOException {
        EvalPrompt chat = new EvalPrompt.Chat(
                "c",
                List.of(
                        new ChatMessage("system", "Be brief."),
                        new ChatMessage("user", LONG),
                        new ChatMessage("user", "Is the sky blue?")),
                false);
        FidelityPrompt prompt = new PromptFit(withTemplate(), 96).fit(chat);

        assertThat(prompt.cut()).isTrue();
        assertThat(prompt.ids()).hasSizeBetween(88, 96);
        assertThat(text(prompt))
                .startsWith("[system] Be brief. [user] The grass")
                .contains("[user] Is the sky blue?");
    }

    @Test
    void whatCannotBeFedIsNamed() throws IOException {
        PromptTokenizer plain = PromptTokenizer.plain(tokenizer);
        EvalPrompt chat = new EvalPrompt.Chat("c.jsonl:3", List.of(new ChatMessage("user", "Is the sky blue?")), false);
        PromptFit tooLittle = new PromptFit(withTemplate(), 3);

        assertThatThrownBy(() -> new PromptFit(plain, 64).fit(chat))
                .hasMessage("c.jsonl:3 is a chat, and the target has no chat template; give it as a 'prompt'");
        assertThatThrownBy(() -> tooLittle.fit(chat))
                .hasMessageContaining("c.jsonl:3 is ")
                .hasMessageContaining("longer than the 3 that the models read");
    }
}
