package io.speckv.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The benchmarks on the smallest shape: what {@link BenchCommand}'s engine and {@link BenchCascadeCommand}, {@link
 * BenchThroughputCommand} and {@link BenchEnginesCommand} print and write, and what they refuse.
 */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
class BenchCommandsTest {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));
    private static final Path BYTES = GOLDEN.resolve("models/llama-target");
    private static final Path PIECES = GOLDEN.resolveSibling("models/speckv-tiny-target");

    @TempDir
    Path folder;

    private CommandRun bench(String arguments) {
        String all = "bench " + arguments.replace("{dir}", folder.toString());
        return CommandRun.of(all.split(" "));
    }

    private JsonNode written() throws IOException {
        return new ObjectMapper().readTree(folder.resolve("figures.json").toFile());
    }

    @Test
    void everyMethodOfTheCascadeIsMeasuredAtEveryLengthAndTheCostProjected() throws IOException {
        CommandRun run = bench("cascade --shape tiny --draft-shape tiny --prompt 160,192 --methods full,speckv-pc"
                + " --keep-tokens 128 --keep-pairs 128 --new-tokens 2 --weights {dir} --json {dir}/figures.json --html"
                + " {dir}/page.html");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .startsWith("tiny behind tiny, ")
                .containsSubsequence(
                        "160 prompt tokens, 2 new",
                        "\nfull ",
                        "\nspeckv-pc ",
                        "192 prompt tokens, 2 new",
                        "Time to first token grows with length",
                        "llama-3.1-70b");
        assertThat(written().get("measured").findValuesAsText("method"))
                .containsExactly("full", "speckv-pc", "full", "speckv-pc");
        assertThat(written().get("computed")).hasSize(8);
        assertThat(written().get("engine")).isEmpty();
        assertThat(folder.resolve("page.html")).content().contains("Cost of each method: tiny");
    }

    @Test
    void withoutTheFullCacheNothingIsProjectedAndOneLengthDoesNotGrow() throws IOException {
        CommandRun run = bench("cascade --shape tiny --draft-shape tiny --prompt 160 --methods snapkv --keep-pairs 128"
                + " --new-tokens 2 --weights {dir} --json {dir}/figures.json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out()).contains("\nsnapkv ").doesNotContain("grows with length", "Computed, not measured");
        assertThat(written().get("computed")).isEmpty();
    }

    @Test
    void theEngineIsMeasuredInEveryPrecisionThatIsAskedForBesideItsPeers() throws IOException {
        CommandRun run = bench("engine --shape tiny --prompt 16 --dtype fp32 --peers vllm --peers-dir {dir}/none"
                + " --weights {dir} --json {dir}/figures.json");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("\nfp32: ", "\n     16  ")
                .contains("  vllm: not installed in " + folder.resolve("none"));
        assertThat(written().get("lines").findValuesAsText("promptTokens")).containsExactly("16");
        assertThat(written().get("peers").findValuesAsText("peer")).containsExactly("vllm");
    }

    @Test
    void clientsAreServedWithCompressionAndBesideItWithTheFullCache() throws IOException {
        String load =
                "throughput --shape tiny --draft-shape tiny --clients 1,2 --requests 1 --prompt-min 200 --prompt-max"
                        + " 200 --new-tokens 2 --keep-tokens 128 --keep-pairs 128 --slots 4 --weights {dir} --tokenizer "
                        + PIECES
                        + " --json {dir}/figures.json";
        CommandRun both = bench(load);

        assertThat(both.status()).as(both.err()).isZero();
        assertThat(both.out())
                .containsSubsequence("\nspeckv-pc\n", "\n      1  ", "\n      2  ", "\nfull\n", "\n      2  ");
        assertThat(written().findValuesAsText("method")).containsExactly("speckv-pc", "speckv-pc", "full", "full");

        CommandRun alone = bench(load + " --no-full");
        assertThat(alone.status()).as(alone.err()).isZero();
        assertThat(alone.out()).contains("\nspeckv-pc\n").doesNotContain("\nfull\n");
    }

    @Test
    void weightsForAnotherEngineAreWrittenWithTheWayToServeThem() {
        CommandRun run = bench("engines --shape tiny --draft-shape tiny --tokenizer " + BYTES + " --weights {dir}");

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .hasSize(3)
                .last()
                .asString()
                .endsWith("then ask for --engine http://localhost:8000");
        Path gguf = Path.of(run.out().replaceFirst("(?s)^llama-server -m (\\S+) .*", "$1"));
        assertThat(gguf).isRegularFile().startsWithRaw(folder);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        cascade --methods full,h2o                  | --methods is 'h2o'; there are [full, snapkv,
        cascade --shape tinier                      | tinier
        cascade --engine localhost:1                | --engine is 'localhost:1'; it must be the URL of a server
        engine --shape tinier                       | tinier
        engine --dtype int3                         | int3
        engine --shape tiny --device gpu:99         | gpu:99
        throughput --prompt-min 9 --prompt-max 8    | --prompt-min is 9; it must be at most --prompt-max, 8
        throughput --clients 4,0                    | --clients is 0; it must be at least 1
        throughput --keep-tokens 8                  | --keep-tokens is 8 and --keep-pairs is 256: specpc.
        throughput --keep-pairs 1                   | --keep-tokens is 512 and --keep-pairs is 1: speckv.
        throughput --shape tinier                   | tinier
        engines --draft {dir}                       | --draft is about an engine that runs: name it with --engine URL
        engines --engine http://x --draft {dir}     | --draft needs --tokenizer DIR, the folder with the tokenizer of
        engines --context-tokens 512                | say something about an --engine, which is missing
        engines --engine localhost:1                | --engine is 'localhost:1'; it must be the URL of a server
        engines --shape tinier                      | tinier
        engines --gguf Q9                           | --gguf
        """)
    void whatCannotBeMeasuredIsToldBeforeWeightsAreWritten(String arguments, String message) {
        CommandRun run = bench(arguments + " --weights {dir}/weights");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).startsWith("speckv: ").contains(message).doesNotContain("defect");
        assertThat(folder.resolve("weights")).doesNotExist();
    }

    @Test
    void aTokenizerWithMoreTokensThanTheShapeIsWrongInput() {
        CommandRun run = bench("engines --shape tiny --draft-shape tiny --tokenizer " + PIECES + " --weights {dir}");

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("speckv: --tokenizer and --shape do not fit: " + PIECES
                        + " has the token 2559, the shape has" + " 1024 tokens");
    }
}
