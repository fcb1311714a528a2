package io.speckv.text.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.text.ChatTemplateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChatTemplateTest {
    private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "Hello"));

    @TempDir
    Path temp;

    @Test
    void rendersTheTemplateFileWithVariablesAndTheTokensOfTheConfig() throws IOException {
        Files.writeString(temp.resolve("tokenizer_config.json"), """
            {"bos_token": {"content": "<s>"}, "eos_token": "</s>", "chat_template": "not this one"}\
            """);
        Files.writeString(temp.resolve("chat_template.jinja"), """
            {{ bos_token }}
            {%- for message in messages %}
                {{- message.role + ': ' + message['content'] + eos_token }}
            {%- endfor %}
            {%- if add_generation_prompt %}{{ 'assistant:' }}{% endif %}\
            """);
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.render(HELLO, Map.of("add_generation_prompt", true)))
                .isEqualTo("<s>user: Hello</s>assistant:");
        assertThat(template.render(HELLO, Map.of())).isEqualTo("<s>user: Hello</s>");
    }

    @Test
    void choosesTheToolTemplateWhenToolsAreGiven() throws IOException {
        config("""
            [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "{{ tools[0].name }}"}]\
            """);
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.render(HELLO, Map.of())).isEqualTo("plain");
        assertThat(template.render(HELLO, Map.of("tools", List.of(Map.of("name", "weather")))))
                .isEqualTo("weather");
    }

    @Test
    void writesToolsAsPythonWritesJson() throws IOException {
        Files.writeString(temp.resolve("chat_template.jinja"), "{{ tools | tojson }}");
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.render(HELLO, Map.of("tools", List.of(Map.of("name", "Zürich <x> & 'y'")))))
                .isEqualTo("[{\"name\": \"Zürich <x> & 'y'\"}]");
    }

    @Test
    void aTemplateThatRefusesAConversationIsAnError() throws IOException {
        Files.writeString(temp.resolve("chat_template.jinja"), "{{ raise_exception('Roles must alternate') }}");
        ChatTemplate template = ChatTemplate.open(temp);
        assertThatThrownBy(() -> template.render(HELLO, Map.of()))
                .isInstanceOfSatisfying(
                        ChatTemplateException.class, e -> assertThat(e.code()).isEqualTo("chat_template"))
                .hasMessageContaining("Roles must alternate");
    }

    @Test
    void whatTheEngineDoesNotKnowIsAnErrorAndTheTemplateStaysUsable() throws IOException {
        Files.writeString(
                temp.resolve("chat_template.jinja"), "{% if odd %}{{ messages | no_such_filter }}{% endif %}fine");
        ChatTemplate template = ChatTemplate.open(temp);
        assertThatThrownBy(() -> template.render(HELLO, Map.of("odd", true)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("no_such_filter");
        assertThat(template.render(HELLO, Map.of())).isEqualTo("fine");
    }

    @Test
    void aTemplateThatCannotBeParsedFailsWhenItIsAskedFor() throws IOException {
        config("""
            [{"name": "default", "template": "plain"}, {"name": "tool_use", "template": "{% for m in messages %}"}]\
            """);
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.problems()).containsOnlyKeys("tool_use");
        assertThat(template.render(HELLO, Map.of())).isEqualTo("plain");
        assertThatThrownBy(() -> template.render(HELLO, Map.of("tools", List.of(Map.of("name", "weather")))))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContainingAll("cannot be parsed", "endfor")
                .hasMessageNotContaining(temp.toString());
    }

    @Test
    void readsTemplatesBesideTheMainOneAndByteOrderMarks() throws IOException {
        Files.writeString(temp.resolve("chat_template.jinja"), "\uFEFF{{ messages[0].content }}\r\n!");
        Files.createDirectories(temp.resolve("additional_chat_templates"));
        Files.writeString(temp.resolve("additional_chat_templates/tool_use.jinja"), "tools: {{ tools|length }}");
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.render(HELLO, Map.of())).isEqualTo("Hello\n!");
        assertThat(template.render(HELLO, Map.of("tools", List.of(1, 2)))).isEqualTo("tools: 2");
    }

    @Test
    void absentContentIsNoneAndAbsentToolsAreNone() throws IOException {
        Files.writeString(
                temp.resolve("chat_template.jinja"),
                "{{ messages[0].content is none }} {{ tools is defined }} {{ tools is none }}");
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.render(List.of(new ChatMessage("assistant", null, Map.of())), Map.of()))
                .isEqualTo("True True True");
    }

    @Test
    void saysWhenAFolderHasNoTemplate() {
        assertThat(ChatTemplate.isIn(temp)).isFalse();
        assertThatThrownBy(() -> ChatTemplate.open(temp))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("found neither");
    }

    @Test
    void refusesADamagedConfig() throws IOException {
        Files.writeString(temp.resolve("tokenizer_config.json"), "{");
        assertThatThrownBy(() -> ChatTemplate.open(temp))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("tokenizer_config.json");
    }

    @Test
    void templatesSeeNothingOfTheProcess() throws IOException {
        Files.writeString(
                temp.resolve("chat_template.jinja"),
                "{{ Java is defined }} {{ Polyglot is defined }} {{ load is defined }} {{ globalThis is defined }}");
        ChatTemplate template = ChatTemplate.open(temp);
        assertThat(template.render(HELLO, Map.of())).isEqualTo("False False False False");
    }

    @Test
    void rendersOnManyThreadsAtOnce() throws Exception {
        Files.writeString(temp.resolve("chat_template.jinja"), "{{ messages[0].content }}{{ n }}");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        ChatTemplate template = ChatTemplate.open(temp);
        try {
            List<Future<String>> rendered = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                int n = i;
                rendered.add(threads.submit(() -> template.render(HELLO, Map.of("n", n))));
            }
            for (int i = 0; i < 64; i++) {
                assertThat(rendered.get(i).get()).isEqualTo("Hello" + i);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private void config(String chatTemplate) throws IOException {
        Files.writeString(temp.resolve("tokenizer_config.json"), "{\"chat_template\": " + chatTemplate + "}");
    }
}
