package io.speckv.evals.ruler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.evals.jsonl.JsonLineException;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulerFileTest {
    @Test
    void readsBackWhatItWrote(@TempDir Path folder) throws IOException {
        WordList words = WordList.bundled();
        List<RulerSample> samples = new Ruler(text -> text.length() / 4, words, HaystackText.generated(words, 1))
                .samples(RulerTask.NIAH_MULTIVALUE, 1024, 7, 3);
        Path file = folder.resolve("niah_multivalue.jsonl");
        RulerFile.write(file, samples);
        assertThat(RulerFile.read(file, Optional.empty(), 0)).isEqualTo(samples);
        assertThat(RulerFile.read(file, Optional.of(RulerTask.VT), 4096))
                .as("what the file says comes first")
                .isEqualTo(samples);
    }

    @Test
    void readsFilesOfTheOriginalScripts(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("validation.jsonl");
        Files.writeString(file, """
                {"index": 3, "input": "Documents ... Question: who? Answer:", "outputs": ["A", "B"], "length": 4001}

                {"index": 4, "input": "Q", "outputs": ["C"], "length": 4002, "answer_prefix": " Answer:"}
                """);
        List<RulerSample> samples = RulerFile.read(file, Optional.of(RulerTask.QA_1), 4096);
        assertThat(samples).extracting(RulerSample::index).containsExactly(3, 4);
        assertThat(samples).extracting(RulerSample::tokens).containsExactly(4001, 4002);
        assertThat(samples.get(0).prompt()).isEqualTo("Documents ... Question: who? Answer:");
        assertThat(samples.get(1).prompt()).isEqualTo("Q Answer:");
        assertThat(samples.get(0).haystack()).isEqualTo("original");
    }

    @Test
    void namesTheLineThatIsNoSample(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("bad.jsonl");
        Files.writeString(file, "{\"input\": \"x\", \"outputs\": [\"y\"]}\n{\"input\": \"x\", \"outputs\": \"y\"}\n");
        assertThatThrownBy(() -> RulerFile.read(file, Optional.empty(), 0))
                .isInstanceOf(JsonLineException.class)
                .hasMessageContaining("bad.jsonl:1: there is no 'task'")
                .hasMessageContaining("--task NAME --length TOKENS");
        assertThatThrownBy(() -> RulerFile.read(file, Optional.of(RulerTask.VT), 4096))
                .hasMessageContaining("bad.jsonl:2: 'outputs' is \"y\", must be a list of at least one text");
        Files.writeString(file, "{\"task\": \"niah\", \"input\": \"x\", \"outputs\": [\"y\"]}");
        assertThatThrownBy(() -> RulerFile.read(file, Optional.of(RulerTask.VT), 4096))
                .isInstanceOf(JsonLineException.class)
                .hasMessageContaining("bad.jsonl:1: RULER has no task 'niah', it has niah_single_1, ");
    }
}
