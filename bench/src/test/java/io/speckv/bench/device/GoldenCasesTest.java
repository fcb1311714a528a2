package io.speckv.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoldenCasesTest {
    @TempDir
    Path folder;

    /** There are 16 runs, four of each of four pairs. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 2", "4, 4", "5, 4", "16, 4", "17, 4"})
    void aFewRunsAreOfAsManyFamiliesAsThereAre(int count, int families) throws IOException {
        GoldenCases cases = new GoldenCases(folder, count);
        assertThat(cases.runs()).hasSize(Math.min(count, 16)).doesNotHaveDuplicates();
        assertThat(cases.runs().stream().map(GoldenRun::pair).distinct()).hasSize(families);
    }

    @Test
    void aModelIsUnpackedOnce() throws IOException {
        GoldenCases cases = new GoldenCases(folder, 1);
        Path model = cases.model("llama-target");
        assertThat(model).isEqualTo(folder.resolve("llama-target"));
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            assertThat(checkpoint.endTokens()).containsExactly(257);
        }
        FileTime before = FileTime.fromMillis(0);
        Files.setLastModifiedTime(model.resolve("config.json"), before);
        assertThat(cases.model("llama-target")).isEqualTo(model);
        assertThat(Files.getLastModifiedTime(model.resolve("config.json"))).isEqualTo(before);
    }

    @Test
    void whatAnEarlierTryLeftHalfIsCompleted() throws IOException {
        Files.createDirectories(folder.resolve("llama-target"));
        Files.writeString(folder.resolve("llama-target/config.json"), "{");
        try (Checkpoint checkpoint = Checkpoint.open(new GoldenCases(folder, 1).model("llama-target"))) {
            assertThat(checkpoint.weights()).isNotEmpty();
        }
    }

    @Test
    void aModelThatTheProgramLacksIsNamedEachTimeItIsAskedFor() throws IOException {
        GoldenCases cases = new GoldenCases(folder, 1);
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> cases.model("gpt-target"))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the program lacks its golden case golden/models/gpt-target/config.json");
        }
    }
}
