package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.jsonl.JsonLineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LongBenchFolderTest {
    @Test
    void readsTheFilesThatAreThere(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("trec.jsonl"), """
                {"_id": "t1", "input": "Question: who?", "context": "C", "answers": ["Person"], "all_classes": ["Person", "City"], "length": 5, "language": "en"}
                """);
        Files.writeString(folder.resolve("hotpotqa.jsonl"), """
                {"_id": "h1", "input": "q", "context": "c", "answers": ["a", "b"], "all_classes": null}
                """);
        LongBenchFolder files = new LongBenchFolder(folder);
        assertThat(files.tasks()).containsExactly(LongBenchTask.HOTPOTQA, LongBenchTask.TREC);
        LongBenchSample sample = files.samples(LongBenchTask.TREC).get(0);
        assertThat(sample.id()).isEqualTo("t1");
        assertThat(sample.prompt()).endsWith("C\nQuestion: who?");
        assertThat(sample.score("Person\nmore")).isEqualTo(1);
        assertThat(files.samples(LongBenchTask.HOTPOTQA).get(0).classes()).isEmpty();
        assertThat(files.otherFiles()).isEmpty();
    }

    @Test
    void tellsWhichFilesAreOfNoTask(@TempDir Path folder) throws IOException {
        for (String name : List.of("hotpotqa.jsonl", "hotpotqa_e.jsonl", "dureader.jsonl", "notes.txt")) {
            Files.writeString(folder.resolve(name), "");
        }
        assertThat(new LongBenchFolder(folder).otherFiles()).containsExactly("dureader.jsonl", "hotpotqa_e.jsonl");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            LCC                  | {"context": "x", "answers": ["y"]}                          | there is no 'input'
            LCC                  | {"input": "", "context": "x"}                               | there is no 'answers'
            TREC                 | {"input": "", "context": "x", "answers": ["y"]}             | there is no 'all_classes'
            PASSAGE_RETRIEVAL_EN | {"input": "", "context": "x", "answers": ["Paragraph 3", "4"]} | must name a 'Paragraph N', was '4'
            """)
    void namesTheLineThatIsNoSample(LongBenchTask task, String line, String why, @TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve(task + ".jsonl"), "\n" + line + "\n");
        assertThatThrownBy(() -> new LongBenchFolder(folder).samples(task))
                .isInstanceOf(JsonLineException.class)
                .hasMessageContaining(task + ".jsonl:2: ")
                .hasMessageContaining(why);
    }

    @Test
    void keepsBothEndsOfALongPrompt() {
        MiddleCut.Codec characters = new MiddleCut.Codec() {
            @Override
            public int[] encode(String text) {
                return text.chars().toArray();
            }

            @Override
            public String decode(int[] ids) {
                return new String(ids, 0, ids.length);
            }
        };
        assertThat(new MiddleCut(characters, 5).apply("abcdefgh")).isEqualTo("abgh");
        assertThat(new MiddleCut(characters, 8).apply("abcdefgh")).isEqualTo("abcdefgh");
    }
}
