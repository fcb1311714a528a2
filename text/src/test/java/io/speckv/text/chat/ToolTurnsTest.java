package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.text.ChatTemplateException;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.TestModels;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No call of a tool and no result of one is lost on the way into a prompt: {@link ToolTurns} finds what each kind of template
 * leaves out, and tells it from what a template refuses for another reason.
 */
class ToolTurnsTest {
    /** Turns alternate, and nothing is known of tools, as in Gemma 3's. */
    private static final String ALTERNATING = """
        {%- for message in messages -%}
        {%- if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif -%}
        {%- if message.content is not string %}{{ raise_exception('Invalid content type') }}{% endif -%}
        <{{ message.role }}>{{ message.content | trim }}
        {%- endfor -%}""";

    private static final String CHATML =
            "{% for message in messages %}<{{ message.role }}>{{ message.content }}{% endfor %}";
    private static final String CALLS_TOO =
            "{% for message in messages %}<{{ message.role }}>{{ message.content or '' }}"
                    + "{% for call in message.tool_calls %}[{{ call.function.name }} {{ call.function.arguments | tojson }}]{% endfor %}{% endfor %}";
    private static final String NO_RESULTS = CALLS_TOO.replace(
            "<{{ message.role }}>", "{% if message.role == 'tool' %}{% continue %}{% endif %}<{{ message.role }}>");

    private static final ChatMessage QUESTION = new ChatMessage("user", "Where is it?");
    private static final ChatMessage CALL = call("look");
    private static final ChatMessage RESULT = new ChatMessage("tool", "{\"box\": 3}", Map.of("tool_call_id", "c1"));
    private static final List<ChatMessage> ROUND = List.of(QUESTION, CALL, RESULT);

    @TempDir
    Path folder;

    private final Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel());

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private static ChatMessage call(String tool) {
        return new ChatMessage(
                "assistant",
                null,
                Map.of(
                        "tool_calls",
                        List.of(Map.of(
                                "id", "c1", "type", "function", "function", Map.of("name", tool, "arguments", "{}")))));
    }

    private String prompt(String template, List<ChatMessage> messages) throws IOException {
        Files.writeString(folder.resolve("chat_template.jinja"), template);
        return new ChatEncoder(tokenizer, ChatTemplate.open(folder))
                .encodeChat(messages, Map.of())
                .text();
    }

    @Test
    void aTemplateThatKnowsThemLaysThemOut() throws IOException {
        assertThat(prompt(CALLS_TOO, ROUND)).isEqualTo("<user>Where is it?<assistant>[look {}]<tool>{\"box\": 3}");
    }

    @Test
    void aTemplateThatFailsAtThemIsSaidToKnowNone() {
        assertThatThrownBy(() -> prompt(ALTERNATING, ROUND))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageStartingWith("message 2 is a tool's result, which the chat template does not lay out: ")
                .hasMessageContaining("Invalid content type");
    }

    @Test
    void aCallThatATemplateLeavesOutIsNamed() {
        List<ChatMessage> told = List.of(QUESTION, CALL, new ChatMessage("user", "It told: 3. And now?"));
        for (String template : new String[] {ALTERNATING, CHATML}) {
            assertThatThrownBy(() -> prompt(template, told))
                    .isInstanceOf(ChatTemplateException.class)
                    .hasMessage("message 1 calls a tool, which the chat template does not lay out");
        }
    }

    @Test
    void aResultThatATemplateLeavesOutIsNamed() {
        assertThatThrownBy(() -> prompt(NO_RESULTS, ROUND))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage("message 2 is a tool's result, which the chat template does not lay out");
    }

    @Test
    void ofSeveralCallsNoneIsLost() {
        List<ChatMessage> two = new ArrayList<>(List.of(QUESTION));
        two.add(new ChatMessage(
                "assistant",
                null,
                Map.of(
                        "tool_calls",
                        List.of(
                                Map.of("function", Map.of("name", "look", "arguments", Map.of())),
                                Map.of("function", Map.of("name", "look", "arguments", Map.of()))))));
        String first = CALLS_TOO.replace("in message.tool_calls", "in (message.tool_calls or [])[:1]");
        assertThatThrownBy(() -> prompt(first, two)).hasMessageStartingWith("message 1 calls a tool");
    }

    @Test
    void whatElseIsRefusedKeepsItsReason() {
        String empty = "{% if messages|length > 2 %}{{ raise_exception('No more than two') }}{% endif %}";
        assertThatThrownBy(
                        () -> prompt(empty + CALLS_TOO, List.of(QUESTION, new ChatMessage("assistant", "a"), QUESTION)))
                .hasMessage("the chat template failed: No more than two");
        String short_ =
                CALLS_TOO + "{% if messages|length > 3 %}{{ raise_exception('No more than three') }}{% endif %}";
        assertThatThrownBy(() -> prompt(short_, List.of(QUESTION, CALL, RESULT, QUESTION)))
                .hasMessage("the chat template failed: No more than three");
    }

    /** As DeepSeek's do. */
    @Test
    void aTemplateThatLooksForCallsWhereThereIsNoTextFindsThemBesideAnEmptyOne() throws IOException {
        String none = CALLS_TOO.replace(
                "in message.tool_calls", "in (message.tool_calls if message.content is none else [])");
        ChatMessage beside = new ChatMessage("assistant", "", CALL.attributes());
        assertThat(prompt(none, List.of(QUESTION, beside, RESULT)))
                .isEqualTo(prompt(none, ROUND))
                .contains("[look {}]");
        ChatMessage spoken = new ChatMessage("assistant", "I look.", CALL.attributes());
        assertThat(prompt(none, List.of(QUESTION, spoken, RESULT)))
                .as("text and calls in two messages")
                .isEqualTo("<user>Where is it?<assistant>I look.<assistant>[look {}]<tool>{\"box\": 3}");
    }

    @Test
    void partsOfAMessageThatBecameTwoAreFromIt() throws IOException {
        String none = CALLS_TOO.replace(
                "in message.tool_calls", "in (message.tool_calls if message.content is none else [])");
        Files.writeString(folder.resolve("chat_template.jinja"), none);
        ChatEncoder chats = new ChatEncoder(tokenizer, ChatTemplate.open(folder));
        ChatMessage spoken = new ChatMessage("assistant", "I look into all of the boxes.", CALL.attributes());
        Conversation conversation = new Conversation(List.of(QUESTION, spoken, RESULT), Map.of());
        Encoding prompt = chats.encode(conversation, EncodingLimit.NONE);

        PromptOrigins origins = chats.origins(conversation, prompt).orElseThrow();

        assertThat(textOf(prompt, origins, 1)).isEqualTo("I look into all of the boxes.");
        assertThat(textOf(prompt, origins, 2)).isEqualTo("{\"box\": 3}");
    }

    private static String textOf(Encoding prompt, PromptOrigins origins, int message) {
        StringBuilder text = new StringBuilder();
        for (int token = 0; token < prompt.ids().length; token++) {
            if (origins.message(token) == message && origins.isContent(token)) {
                text.append(prompt.text(), prompt.starts()[token], prompt.ends()[token]);
            }
        }
        return text.toString();
    }

    /** Without tools the other template is asked, which knows no calls: it shows what is written of tools, no more. */
    @Test
    void definitionsAreFoundWhereTheTemplateWithoutToolsKnowsNoCalls() throws IOException {
        Path more = Files.createDirectories(folder.resolve("additional_chat_templates"));
        Files.writeString(folder.resolve("chat_template.jinja"), CHATML);
        Files.writeString(more.resolve("tool_use.jinja"), "{{ tools | tojson }}" + CALLS_TOO);
        ChatEncoder chats = new ChatEncoder(tokenizer, ChatTemplate.open(folder));
        Conversation conversation = new Conversation(ROUND, Map.of("tools", List.of(Map.of("name", "look"))));
        Encoding prompt = chats.encode(conversation, EncodingLimit.NONE);

        PromptOrigins origins = chats.origins(conversation, prompt).orElseThrow();

        assertThat(origins.isTools(0)).isTrue();
    }

    @Test
    void aTemplateThatCannotBeReadIsNotSaidToLackTools() {
        assertThatThrownBy(() -> prompt("{% for %}", ROUND))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageStartingWith("the model's chat template cannot be parsed");
    }

    @Test
    void aCallWithoutAnIdIsNotToldByIt() {
        String ids =
                CALLS_TOO.replace("{{ call.function.name }} {{ call.function.arguments | tojson }}", "{{ call.id }}");
        ChatMessage nameless = new ChatMessage(
                "assistant",
                null,
                Map.of("tool_calls", List.of(Map.of("function", Map.of("name", "look", "arguments", "{}")))));
        assertThatThrownBy(() -> prompt(ids, List.of(QUESTION, nameless, RESULT)))
                .hasMessage("message 1 calls a tool, which the chat template does not lay out");
    }

    /** As Kimi's do. */
    @Test
    void aCallMayBeToldByItsId() throws IOException {
        String ids =
                CALLS_TOO.replace("{{ call.function.name }} {{ call.function.arguments | tojson }}", "{{ call.id }}");
        assertThat(prompt(ids, ROUND)).isEqualTo("<user>Where is it?<assistant>[c1]<tool>{\"box\": 3}");
    }

    @Test
    void anEmptyResultIsNoLoss() throws IOException {
        assertThat(prompt(NO_RESULTS, List.of(QUESTION, CALL, new ChatMessage("tool", " "))))
                .isEqualTo("<user>Where is it?<assistant>[look {}]");
    }

    @Test
    void aTemplateThatLooksAtAResultsEndHidesNothingAndIsBelieved() throws IOException {
        String exact = "{% for message in messages %}{% if message.role == 'tool' and message.content[-1] != '}' %}"
                + "{{ raise_exception('no JSON') }}{% endif %}{% endfor %}";
        assertThat(prompt(exact + CALLS_TOO, ROUND)).endsWith("<tool>{\"box\": 3}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen3", "deepseek_v3"})
    void realTemplatesOfModelsWithToolsLayThemOut(String name) {
        Path real = TestModels.real(name);
        try (Tokenizer own = Tokenizer.open(real)) {
            assertThat(new ChatEncoder(own, ChatTemplate.open(real))
                            .encodeChat(ROUND, Map.of())
                            .text())
                    .contains("look", "box");
        }
    }

    @Test
    void gemma3HasNoTurnsOfTools() {
        Path real = TestModels.real("gemma3");
        try (Tokenizer own = Tokenizer.open(real)) {
            ChatEncoder chats = new ChatEncoder(own, ChatTemplate.open(real));
            assertThatThrownBy(() -> chats.encodeChat(ROUND, Map.of()))
                    .hasMessageStartingWith("message 2 is a tool's result, which the chat template does not lay out: ");
            assertThatThrownBy(() -> chats.encodeChat(List.of(QUESTION, CALL, QUESTION), Map.of()))
                    .hasMessage("message 1 calls a tool, which the chat template does not lay out");
            assertThat(chats.encodeChat(List.of(QUESTION, new ChatMessage("assistant", "Here."), QUESTION), Map.of())
                            .text())
                    .contains("<start_of_turn>model\nHere.<end_of_turn>");
        }
    }
}
