package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code evals/pair/make}, with commands that only write what they were asked for. */
class PairScriptTest {
    private static final Path SCRIPT =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("evals/pair/make");

    /** Writes the files that each command leaves, and its own arguments into {@code asked}. */
    private static final String SPECKV = """
            #!/usr/bin/env bash
            set -eu
            echo "$*" >>asked
            all=("$@")
            option() { for i in "${!all[@]}"; do [[ ${all[i]} != "$1" ]] || echo "${all[i + 1]}"; done; }
            case $1 in
                prune) mkdir -p "$(option --out)" && touch "$(option --out)/model.safetensors" ;;
                distill)
                    mkdir -p "$(option --out)" "$(option --export)"
                    touch "$(option --export)/model.safetensors"
                    printf '{"seen":%s,"level":0}' "$(option --tokens)" >"$(option --out)/progress.json" ;;
                pair) echo "pair of $(option --samples)" ;;
                eval) echo "table of $(option --samples)" >"$(option --markdown)" ;;
            esac
            """;

    @TempDir
    Path root;

    @BeforeEach
    void makeATree() throws IOException {
        Files.createDirectories(root.resolve("evals/pair"));
        Files.copy(SCRIPT, root.resolve("evals/pair/make"));
        Path speckv = Files.writeString(root.resolve("speckv"), SPECKV);
        assertThat(speckv.toFile().setExecutable(true)).isTrue();
        for (String model : List.of("smollm2", "smollm2-d20")) {
            Path folder = Files.createDirectories(root.resolve("golden/target").resolve(model));
            Files.createFile(folder.resolve("model.safetensors"));
        }
    }

    /** Returns what the script printed. */
    private String make(String... options) throws IOException, InterruptedException {
        Files.deleteIfExists(root.resolve("asked"));
        List<String> command = new ArrayList<>(
                List.of("bash", "evals/pair/make", root.resolve("out").toString()));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .directory(root.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        return printed;
    }

    /** Returns how often the last call asked for each of prune, distill, pair and eval. */
    private String asked() throws IOException {
        if (!Files.exists(root.resolve("asked"))) {
            return "0 0 0 0";
        }
        List<String> lines = Files.readAllLines(root.resolve("asked"));
        List<String> counts = new ArrayList<>();
        for (String name : List.of("prune ", "distill ", "pair ", "eval ")) {
            counts.add(String.valueOf(
                    lines.stream().filter(line -> line.startsWith(name)).count()));
        }
        return String.join(" ", counts);
    }

    @Test
    void theSameCallMakesNothingAgain() throws IOException, InterruptedException {
        String first = make("--tokens", "500", "--samples", "4");
        assertThat(asked()).isEqualTo("1 1 3 4");

        assertThat(make("--tokens", "500", "--samples", "4")).isEqualTo(first);
        assertThat(asked()).isEqualTo("0 0 0 0");
    }

    @Test
    void anotherNumberOfSamplesIsMeasuredEverywhere() throws IOException, InterruptedException {
        make("--tokens", "500", "--samples", "4");

        assertThat(make("--tokens", "500", "--samples", "9"))
                .contains("pair of 9", "table of 9")
                .doesNotContain("of 4");
        assertThat(asked()).isEqualTo("0 0 3 4");
    }

    @Test
    void moreTokensAreDistilledAndTheirDraftIsMeasuredAgain() throws IOException, InterruptedException {
        make("--tokens", "500", "--samples", "4");

        make("--tokens", "900", "--samples", "4");
        assertThat(asked()).isEqualTo("0 1 1 1");
        make("--tokens", "900", "--samples", "4");
        assertThat(asked()).isEqualTo("0 0 0 0");
    }
}
