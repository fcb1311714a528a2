package io.speckv.evals.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.EvalPrompt;
import io.speckv.text.chat.ChatMessage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptFilesTest {
    @TempDir
    Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private List<EvalPrompt> read(Path place) throws IOException {
        return new PromptFiles("", false).read(place);
    }

    @Test
    void aFileOfTextIsAPromptAndAQuestionFollowsIt() throws IOException {
        write("b.txt", "second\n");
        write("a.md", "first");
        Files.createDirectories(folder.resolve("folder"));

        assertThat(read(folder))
                .containsExactly(
                        new EvalPrompt.Text("a.md", "first", false), new EvalPrompt.Text("b.txt", "second\n", false));
        assertThat(new PromptFiles("Why?", true).read(folder.resolve("b.txt")))
                .containsExactly(new EvalPrompt.Text("b.txt", "second\n\nWhy?", true));
    }

    @Test
    void aLineIsAChatATextOrASampleOfLongBench() throws IOException {
        write("chats.jsonl", """
                {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi", "name": "Ann"}]}

                {"prompt": "Once upon a time"}
                """);
        write("trec.jsonl", "{\"context\": \"examples\", \"input\": \"Who?\", \"answers\": [\"x\"]}");
        List<EvalPrompt> chats = read(folder.resolve("chats.jsonl"));
        List<EvalPrompt> samples = new PromptFiles("Why?", true).read(folder.resolve("trec.jsonl"));

        assertThat(chats)
                .containsExactly(
                        new EvalPrompt.Chat(
                                "chats.jsonl:1",
                                List.of(
                                        new ChatMessage("system", "Be brief."),
                                        new ChatMessage("user", "Hi", Map.of("name", "Ann"))),
                                false),
                        new EvalPrompt.Text("chats.jsonl:3", "Once upon a time", false));
        assertThat(samples).singleElement().isInstanceOfSatisfying(EvalPrompt.Text.class, text -> {
            assertThat(text.text()).contains("examples").contains("Who?").doesNotContain("Why?");
            // LongBench completes few-shot prompts as they are.
            assertThat(text.chat()).isFalse();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        a.jsonl     | {"text": "x"}                          | a.jsonl:1: there is no prompt: a line must have
        a.jsonl     | {"messages": []}                       | 'messages' must be a list of at least one message
        a.jsonl     | {"messages": [{"role": "user"}]}       | a message must have a 'role' and a 'content'
        mine.jsonl  | {"context": "c", "input": "i"}         | LongBench has no English task 'mine'
        trec.jsonl  | {"context": "c"}                       | there is no 'input'
        empty.txt   | ` `                                    | empty.txt is empty
        """)
    void whatIsNoPromptIsNamed(String file, String content, String message) throws IOException {
        Path place = write(file, content);

        assertThatThrownBy(() -> read(place)).hasMessageContaining(message);
    }

    @Test
    void whatIsNotThereOrNoTextIsNamed() throws IOException {
        Path none = folder.resolve("none");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        Path bytes = Files.write(folder.resolve("x.txt"), "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> read(none)).hasMessageContaining("there is no such file or folder");
        assertThatThrownBy(() -> read(empty)).hasMessageContaining("holds no files");
        assertThatThrownBy(() -> read(bytes)).hasMessageContaining("x.txt is not text in UTF-8");
    }

    @Test
    void whatWindowsAndMacosAddIsNoPartOfAPrompt() throws IOException {
        write("a.txt", "\uFEFFfirst");
        write("b.jsonl", "\uFEFF{\"prompt\": \"second\"}\r\n{\"prompt\": \"third\"}\r\n");
        write(".DS_Store", "");

        assertThat(read(folder))
                .containsExactly(
                        new EvalPrompt.Text("a.txt", "first", false),
                        new EvalPrompt.Text("b.jsonl:1", "second", false),
                        new EvalPrompt.Text("b.jsonl:2", "third", false));
    }
}
