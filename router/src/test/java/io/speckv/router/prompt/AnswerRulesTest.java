package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.AnswerMarks;
import io.speckv.router.RouterRig;
import io.speckv.router.renderer.RendererSettings;
import io.speckv.router.settings.AnswerSettings;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How answers of a model are read whose marks are tokens of their own: that of calls a special one, those of thoughts not. */
class AnswerRulesTest {
    private static final String TEMPLATE =
            "{{ tools }}{% if false %}[TOOL_CALLS][ARGS]</think>{% endif %}{{ messages[0].content }}";
    private static final String ADDED = "{\"id\":%d,\"content\":\"%s\",\"single_word\":false,\"lstrip\":false,"
            + "\"rstrip\":false,\"normalized\":false,\"special\":%s},";

    /** No engine lays chats out. */
    static final RendererSettings HERE = new RendererSettings(
            RendererSettings.Kind.NONE,
            null,
            null,
            null,
            false,
            null,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            1,
            false);

    @TempDir
    Path folder;

    private AnswerRules rules(Tokenizer tokenizer, String calls, String reasoning) {
        return new AnswerRules(new AnswerSettings(calls, reasoning, true), tokenizer, ChatTemplate.open(folder), HERE);
    }

    private Tokenizer tokenizer() throws IOException {
        String added = ADDED.formatted(264, "[TOOL_CALLS]", true)
                + ADDED.formatted(265, "<think>", false)
                + ADDED.formatted(266, "</think>", false);
        String file = Files.readString(RouterRig.MODEL.resolve("tokenizer.json"));
        Files.writeString(
                folder.resolve("tokenizer.json"), file.replaceFirst("\"added_tokens\"\\s*:\\s*\\[", "$0" + added));
        Files.writeString(folder.resolve("chat_template.jinja"), TEMPLATE);
        return Tokenizer.open(folder);
    }

    @Test
    void theTemplateTellsTheFormatAndTheTokenizerWhatIsLeftOut() throws IOException {
        try (Tokenizer tokenizer = tokenizer()) {
            AnswerRules rules = rules(tokenizer, "auto", "auto");
            AnswerMarks withTools = rules.marks(true, "prompt", "");
            assertThat(withTools.getToolCallFormat()).isEqualTo("mistral");
            assertThat(rules.needSpecialTokens(withTools)).isTrue();
            AnswerMarks without = rules.marks(false, "prompt", "");
            assertThat(rules.needSpecialTokens(without)).as("nothing is called").isFalse();
            assertThat(without.getReasoningEndTokenId()).isEqualTo(266);
        }
    }

    @Test
    void settingsComeBeforeTheTemplate() throws IOException {
        try (Tokenizer tokenizer = tokenizer()) {
            AnswerMarks marks = rules(tokenizer, "hermes", "none").marks(true, "prompt<think>", "x");
            assertThat(marks.getToolCallFormat()).isEqualTo("hermes");
            assertThat(marks.getReasoningStart()).isEmpty();
            assertThat(marks.getPrefix()).isEqualTo("x");
        }
    }

    @Test
    void whetherArgumentsStreamIsToldWhereCallsMayBe() throws IOException {
        try (Tokenizer tokenizer = tokenizer()) {
            AnswerRules rules = rules(tokenizer, "auto", "auto");
            assertThat(rules.marks(true, "prompt", "").getStreamToolArguments()).isTrue();
            assertThat(rules.marks(false, "prompt", "").getStreamToolArguments())
                    .isFalse();
        }
    }
}
