package io.speckv.evals.longbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
    }

    @Test
    void namesTheLineThatIsNoSample(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("lcc.jsonl"), "\n{\"context\": \"x\"}\n");
        assertThatThrownBy(() -> new LongBenchFolder(folder).samples(LongBenchTask.LCC))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("lcc.jsonl:2 is not a LongBench sample");
    }

    @Test
    void keepsBothEndsOfALongPrompt() {
        MiddleTruncation.Codec characters = new MiddleTruncation.Codec() {
            @Override
            public int[] encode(String text) {
                return text.chars().toArray();
            }

            @Override
            public String decode(int[] ids) {
                return new String(ids, 0, ids.length);
            }
        };
        assertThat(new MiddleTruncation(characters, 5).apply("abcdefgh")).isEqualTo("abgh");
        assertThat(new MiddleTruncation(characters, 8).apply("abcdefgh")).isEqualTo("abcdefgh");
    }
}
