package io.speckv.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.TensorEntry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@link GoldenCheck} and {@link EvictionCheck} on the CPU: what is right passes, and a device that computes something
 * else does not.
 */
class ReferenceChecksTest {
    private static final ModelOptions FP32 =
            ModelOptions.DEFAULTS.withDevice(DeviceName.CPU).withPrecision(Precision.FP32);

    @TempDir
    Path folder;

    private GoldenCases cases() throws IOException {
        return new GoldenCases(folder, 1);
    }

    @Test
    void inFloat32EverythingIsTheReferences() throws IOException {
        Check check = new GoldenCheck(cases(), FP32);
        assertThat(check.name()).isEqualTo("golden runs, fp32");
        Check.Seen seen = check.run();
        assertThat(seen.sentence())
                .matches("1 runs: logits within \\S+, every score, choice and token as the reference's");
        assertThat(seen.figures()).containsEntry("runs", 1);
        assertThat(seen.figures().get("tokensAsReference"))
                .isEqualTo(seen.figures().get("tokens"));
    }

    @Test
    void inBf16EqualTokensAreCounted() throws IOException {
        GoldenCases cases = cases();
        Check.Seen seen = new GoldenCheck(cases, FP32.withPrecision(Precision.BF16)).run();
        int tokens = cases.runs().get(0).greedy().length;
        assertThat(seen.sentence())
                .matches("1 runs: logits at most \\S+ standard deviations off, \\d+ of " + tokens
                        + " greedy tokens as in fp32");
        assertThat(seen.figures()).containsEntry("tokens", tokens);
    }

    /** One row of the embedding of the prompt's last token, as a broken device would read it. */
    @ParameterizedTest
    @CsvSource({"FP32, must be within 0.001 of", "BF16, standard deviations off"})
    void otherLogitsAreFoundOutAndTheRunIsNamed(Precision precision, String message) throws IOException {
        GoldenCases cases = cases();
        GoldenRun run = cases.runs().get(0);
        int last = run.prompt()[run.prompt().length - 1];
        zero(cases.model(run.pair() + "-target"), "model.embed_tokens.weight", last);
        assertThatThrownBy(() -> new GoldenCheck(cases, FP32.withPrecision(precision)).run())
                .isInstanceOf(WrongResultException.class)
                .hasMessageStartingWith(run + ": ")
                .hasMessageContaining(message);
    }

    private static void zero(Path model, String tensor, int row) throws IOException {
        TensorEntry entry;
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
            entry = checkpoint.tensor(tensor);
        }
        int bytes = Math.toIntExact(entry.length() / entry.shape()[0]);
        try (FileChannel file = FileChannel.open(entry.file(), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(bytes), entry.offset() + (long) row * bytes);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, eviction, 10", "true, sparse prefill, 1"})
    void everyRuleKeepsOnTheCpuWhatItKeepsOnTheCpu(boolean sparse, String name, int rules) throws IOException {
        Check check = new EvictionCheck(cases(), FP32, sparse);
        assertThat(check.name()).isEqualTo(name);
        assertThat(check.run().sentence())
                .isEqualTo(rules + " rules keep what they keep on the CPU, and answer the same");
    }
}
