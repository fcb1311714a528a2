package io.speckv.cli.eval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** {@code speckv eval precision}, the command {@link EvalPrecisionCommand}, on the bundled target. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class EvalPrecisionTest {
    private static final String TARGET = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target")
            .toString();

    @TempDir
    Path folder;

    private CommandRun precision(String... rest) {
        String[] all = new String[rest.length + 4];
        System.arraycopy(new String[] {"eval", "precision", "--target", TARGET}, 0, all, 0, 4);
        System.arraycopy(rest, 0, all, 4, rest.length);
        return CommandRun.of(all);
    }

    @Test
    void everyPrecisionIsNearFloat32() throws IOException {
        Path json = folder.resolve("precision.json");
        CommandRun run = precision("--stretches", "4", "--longest", "80", "--json", json.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out())
                .contains("4 stretches of ")
                .contains("fp32")
                .contains("bf16")
                .contains("int8");
        JsonNode lines = new ObjectMapper().readTree(json.toFile()).path("lines");
        assertThat(lines).hasSize(3);
        assertThat(lines.path(0).path("errors").path("most").asDouble()).isZero();
        for (int i = 1; i < 3; i++) {
            assertThat(lines.path(i).path("errors").path("mean").asDouble()).isLessThan(0.099);
            assertThat(lines.path(i).path("importance").path("spearman").asDouble())
                    .isGreaterThan(0.99);
        }
    }

    @Test
    void anotherProgramsLikeliestTokensAreAReference() throws IOException {
        Path reference = folder.resolve("reference.jsonl");
        StringBuilder tokens = new StringBuilder("300");
        for (int i = 1; i < 40; i++) {
            tokens.append(", ").append(300 + i);
        }
        Files.writeString(reference, "{\"tokens\": [" + tokens + "], \"likely\": [[5, -50.0]]}\n");
        CommandRun run = precision("--dtype", "fp32", "--reference", reference.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("1 stretches of 40 to 40 tokens").contains("0 of   1");
    }

    /** Float32 of another checkpoint loses something too. */
    @Test
    void anotherCheckpointCanBeWhatIsComparedWith() throws IOException {
        Path json = folder.resolve("precision.json");
        String draft = TARGET.replace("target", "draft");
        CommandRun run = precision(
                "--against",
                draft,
                "--dtype",
                "fp32",
                "--stretches",
                "2",
                "--longest",
                "70",
                "--json",
                json.toString());
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("next tokens of " + draft + " in fp32").contains("weights bf16; ");
        JsonNode line = new ObjectMapper().readTree(json.toFile()).path("lines").path(0);
        assertThat(line.path("errors").path("mean").asDouble()).isPositive();
        assertThat(line.path("importance").path("spearman").asDouble()).isLessThan(1);
    }

    @Test
    void aCheckpointOfAnotherVocabularyIsRefused() {
        String other = Path.of(System.getProperty("speckv.golden"))
                .resolve("models")
                .resolve("llama-target")
                .toString();
        CommandRun run = precision("--against", other, "--dtype", "fp32", "--stretches", "1", "--longest", "70");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .contains("--against has a vocabulary of 264 tokens")
                .contains("--target one of");
    }

    @Test
    void aReferenceOfAnotherFormIsRefusedByItsLine() throws IOException {
        Path reference = folder.resolve("reference.jsonl");
        Files.writeString(reference, "{\"tokens\": [1, 2], \"likely\": [[\"x\", 1]]}\n");
        CommandRun run = precision("--dtype", "fp32", "--reference", reference.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("reference.jsonl").contains("[id, log probability]");
    }

    @Test
    void aReferenceInAnotherVocabularyIsRefusedByItsToken() throws IOException {
        String enough = "1, ".repeat(40) + "2";
        for (String other : new String[] {
            "{\"tokens\": [" + enough + "], \"likely\": [[99999, -1]]}",
            "{\"tokens\": [" + enough + ", 99999], \"likely\": [[1, -1]]}"
        }) {
            Path reference = folder.resolve("reference.jsonl");
            Files.writeString(reference, "{\"tokens\": [1], \"likely\": [[1, -1]]}\n" + other + "\n");
            CommandRun run = precision("--dtype", "fp32", "--reference", reference.toString());

            assertThat(run.status()).isEqualTo(2);
            assertThat(run.err())
                    .startsWith("speckv: --reference " + reference
                            + ": prompt 2 has the token 99999; the checkpoint's tokens are 0 to ");
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void importanceIsComparedOnPromptsThatAreLongEnough() throws IOException {
        Path reference = folder.resolve("reference.jsonl");
        Files.writeString(reference, "{\"tokens\": [1, 2], \"likely\": [[1, -1]]}\n");
        CommandRun given = precision("--dtype", "bf16", "--reference", reference.toString());
        CommandRun drawn = precision("--dtype", "fp32,bf16", "--stretches", "1", "--shortest", "3", "--longest", "4");

        assertThat(given.status()).isEqualTo(2);
        assertThat(given.err())
                .startsWith(
                        "speckv: --reference " + reference + " gives a prompt of 2 tokens; it must have at least 32, ");
        assertThat(drawn.status()).isEqualTo(2);
        assertThat(drawn.err())
                .matches("speckv: --shortest gives a prompt of [34] tokens; it must have at least 32, .*\\R");
        assertThat(precision("--dtype", "fp32", "--reference", reference.toString())
                        .status())
                .as("float32 has nothing to be compared with but itself")
                .isZero();
    }

    @Test
    void aDeviceThatIsNotThereIsOneSentence() {
        CommandRun run = precision("--device", "gpu:7", "--dtype", "fp32");
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: device is gpu:7, but ").doesNotContain("defect");
    }

    @Test
    void aTextThatIsTooShortIsRefused() throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "A few words.");
        CommandRun run = precision("--text", text.toString());
        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains("give a longer text or shorter stretches");
    }
}
