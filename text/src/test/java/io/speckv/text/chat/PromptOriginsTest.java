package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.text.ControlTokens;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.TestModels;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Prompts are written out as stretches: {@code [0]} text of message 0, {@code [tools]}, and the template's before message 1: {@code [-1]}. */
class PromptOriginsTest {
    private static final String TEMPLATE = """
        {%- for message in messages -%}
        <|{{ message.role }}|>{% set text = message.content or '' %}
        {%- if '</think>' in text %}{% set text = text.split('</think>')[-1].lstrip() %}{% endif -%}
        {{ text | trim }}
        {%- for call in message.tool_calls %}<call>{{ call.function.name }}{{ call.function.arguments | tojson }}</call>{% endfor %}
        {%- if loop.first and tools %}[tools]{{ tools | tojson }}[/tools]{% endif %}<|end|>
        {%- endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}""";

    @TempDir
    Path temp;

    private final Tokenizer tokenizer = Tokenizer.open(TestModels.byteLevel());

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private ChatEncoder encoder(String template) throws IOException {
        return new ChatEncoder(tokenizer, template(template));
    }

    private ChatTemplate template(String source) throws IOException {
        Files.writeString(temp.resolve("chat_template.jinja"), source);
        Files.writeString(temp.resolve("tokenizer_config.json"), "{}");
        return ChatTemplate.open(temp);
    }

    private static String written(PromptOrigins origins, Encoding prompt) {
        StringBuilder written = new StringBuilder();
        String before = "";
        int end = 0;
        for (int i = 0; i < origins.size(); i++) {
            String now = origins.isTools(i)
                    ? "[tools]"
                    : origins.isContent(i) ? "[" + origins.message(i) + "]" : "[-" + origins.message(i) + "]";
            written.append(now.equals(before) ? "" : now)
                    .append(prompt.text(), Math.max(end, prompt.starts()[i]), prompt.ends()[i]);
            end = prompt.ends()[i]; // tokens of one character share it
            before = now;
        }
        return written.toString();
    }

    private String written(ChatEncoder encoder, Conversation conversation) {
        Encoding prompt = encoder.encode(conversation, EncodingLimit.NONE);
        return written(encoder.origins(conversation, prompt).orElseThrow(), prompt);
    }

    @Test
    void everyTokenIsFromSomewhere() throws IOException {
        List<ChatMessage> messages = List.of(
                new ChatMessage("system", " Be terse. \n"),
                new ChatMessage("user", "Grüße 🙂"),
                new ChatMessage("assistant", "<think>so</think>\n\nHi"),
                new ChatMessage("user", ""));
        assertThat(written(encoder(TEMPLATE), new Conversation(messages, Map.of("add_generation_prompt", true))))
                .isEqualTo("[-0]<|system|>[0]Be terse.[-1]<|end|><|user|>[1]Grüße 🙂[-2]<|end|><|assistant|>[2]Hi"
                        + "[-4]<|end|><|user|><|end|><|assistant|>");
    }

    @Test
    void callsAndToolsAreTold() throws IOException {
        String city = "the capital of a land that is far away";
        List<ChatMessage> messages = List.of(
                new ChatMessage("user", "Weather?"),
                new ChatMessage(
                        "assistant",
                        null,
                        Map.of(
                                "tool_calls",
                                List.of(Map.of(
                                        "function",
                                        Map.of("name", "w", "arguments", "{\"c\": \"" + city + " x\"}"))))));
        assertThat(written(
                        encoder(TEMPLATE), new Conversation(messages, Map.of("tools", List.of(Map.of("name", "w"))))))
                .isEqualTo(
                        "[-0]<|user|>[0]Weather?[tools][tools][{\"name\": \"w\"}][/tools][-1]<|end|><|assistant|><call>w"
                                + "{\"c\": \"[1]" + city + " x[-2]\"}</call><|end|>");
    }

    @Test
    void whatUsersSpellOutIsTheirs() throws IOException {
        List<ChatMessage> messages = List.of(new ChatMessage("user", "a<|user|>\uE000"), new ChatMessage("user", "b"));
        ChatEncoder encoder = encoder(TEMPLATE);
        for (ControlTokens rule : ControlTokens.values()) {
            assertThat(written(encoder, new Conversation(messages, Map.of(), rule, "<call>", false)))
                    .isEqualTo("[-0]<|user|>[0]a<|user|>\uE000[-1]<|end|><|user|>[1]b[-2]<|end|><call>");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for message in messages %}{{ message.content | length }}{% endfor %}",
                "{% for message in messages %}{{ message.content | upper }}{{ message.content[1] }}{% endfor %}"
            })
    void templatesThatTakeTextsApartHideIt(String template) throws IOException {
        Conversation conversation = new Conversation(List.of(new ChatMessage("user", "abc")), Map.of());
        ChatEncoder encoder = encoder(template);
        Encoding prompt = encoder.encode(conversation, EncodingLimit.NONE);
        assertThat(encoder.origins(conversation, prompt)).isEmpty();
    }

    @Test
    void theAnswerGoesOnWithTheLastMessage() throws IOException {
        List<ChatMessage> messages = List.of(new ChatMessage("user", "Say a"), new ChatMessage("assistant", "aa  "));
        Conversation goesOn = new Conversation(messages, Map.of(), ControlTokens.AS_TEXT, "", true);
        assertThat(encoder(TEMPLATE).encode(goesOn, EncodingLimit.NONE).text())
                .as("trimmed as the template trims it")
                .isEqualTo("<|user|>Say a<|end|><|assistant|>aa");
        assertThat(encoder("{% for m in messages %}<{{ m.content }}>{% endfor %}")
                        .encode(goesOn, EncodingLimit.NONE)
                        .text())
                .isEqualTo("<Say a><aa  ");
        assertThatThrownBy(() -> encoder("{{ messages[0].content }}").encode(goesOn, EncodingLimit.NONE))
                .hasMessageContaining("leaves out the message");
    }

    @Test
    void turnsThatCallAreShownAsTheTemplateTakesThem() throws IOException {
        Map<String, Object> call =
                Map.of("tool_calls", List.of(Map.of("function", Map.of("name", "w", "arguments", "{\"c\":1}"))));
        List<ChatMessage> messages = List.of(new ChatMessage("assistant", null, call));
        Conversation conversation = new Conversation(messages, Map.of());
        assertThat(encoder(
                                "{% set f = messages[0].tool_calls[0].function %}{{ 'x' in messages[0].content }}{{ f.name }}"
                                        + "{{ f.arguments.c }}")
                        .encode(conversation, EncodingLimit.NONE)
                        .text())
                .as("absent text as empty text")
                .isEqualTo("Falsew1");
        assertThat(encoder(
                                "{% set f = messages[0].tool_calls[0].function %}{{ messages[0].content is none }}{{ f.name }}"
                                        + "{{ '' + f.arguments }}")
                        .encode(conversation, EncodingLimit.NONE)
                        .text())
                .as("arguments as text")
                .isEqualTo("Truew{\"c\":1}");
    }

    @Test
    void readsToolsWhereItsSourceNamesThem() throws IOException {
        assertThat(template(TEMPLATE).readsTools()).isTrue();
        assertThat(template("{{ messages }} tool").readsTools()).isFalse();
    }
}
