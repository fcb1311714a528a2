package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.WrittenGguf;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rotations that {@link GgufConfig} reads from keys, and from tensors of divisors. */
class GgufScalingTest {
    @TempDir
    Path temp;

    private ModelConfig read(WrittenGguf written) {
        return written.config(temp);
    }

    private static WrittenGguf llama() {
        return WrittenGguf.keysOf("llama");
    }

    private static WrittenGguf scaled(String keys) {
        return llama().putTexts("*.rope.", keys);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            scaling.type=linear scaling.factor=4.0  | 4
            scaling.factor=4.0                      | 4
            scale_linear=4.0                        | 4
            scaling.factor=2.0 scale_linear=4.0     | 2
            scaling.type=linear                     | 1
            scaling.type=none scaling.factor=4.0    | 1
            scaling.factor=0.0                      | 1
            """)
    void aFactorAloneDividesPositions(String keys, double factor) {
        assertThat(read(scaled(keys)).shape().rope().scaling())
                .isEqualTo(factor == 1 ? RopeScaling.none() : new RopeScaling.Linear(factor));
    }

    @Test
    void yarnHasWhatItsPaperAdvisesUnlessItSaysOtherwise() {
        ModelShape usual = read(scaled("scaling.type=yarn scaling.factor=4.0")).shape();
        double advised = 1 + 0.1 * Math.log(4);
        assertThat(usual.rope().scaling()).isEqualTo(new RopeScaling.Yarn(4, 64, advised, 32, 1, true));
        assertThat(usual.maxPositions()).isEqualTo(256);
        ModelShape said = read(scaled("scaling.type=yarn scaling.factor=4.0 scaling.original_context_length=16"
                        + " scaling.attn_factor=0.5 scaling.yarn_beta_fast=16.0 scaling.yarn_beta_slow=2.0"))
                .shape();
        assertThat(said.rope().scaling()).isEqualTo(new RopeScaling.Yarn(4, 16, advised / 2, 16, 2, true));
        assertThat(said.maxPositions()).isEqualTo(64);
    }

    @Test
    void aPartOfEachHeadMayBeRotated() {
        assertThat(read(llama().put("*.rope.dimension_count", 4)).shape().rope().share())
                .isEqualTo(0.25);
    }

    private static final float[] ONES = {1, 1, 1, 1, 1, 1, 1, 1};
    private static final float[] TWOS = {2, 2, 2, 2, 2, 2, 2, 2};

    @Test
    void divisorsOfFrequenciesStandInTensors() {
        List<Double> two = List.of(2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0, 2.0);
        List<Double> one = List.of(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0);
        assertThat(read(llama().floats("rope_freqs.weight", TWOS, 8))
                        .shape()
                        .rope()
                        .scaling())
                .isEqualTo(new RopeScaling.LongRope(two, two, 64, 1));
        assertThat(read(llama().floats("rope_factors_short.weight", ONES, 8)
                                .floats("rope_factors_long.weight", TWOS, 8)
                                .put("*.rope.scaling.original_context_length", 16)
                                .put("*.rope.scaling.attn_factor", 1.5f))
                        .shape()
                        .rope()
                        .scaling())
                .isEqualTo(new RopeScaling.LongRope(one, two, 16, 1.5));
    }

    @Test
    void divisorsThatCannotBeReadAreNamed() {
        assertTensorRefused(
                llama().floats("rope_factors_long.weight", TWOS, 8),
                "rope_factors_short.weight: expected 8 numbers, one for each pair of rotated channels, found none of this name");
        assertTensorRefused(
                llama().floats("rope_freqs.weight", TWOS, 8).put("*.rope.dimension_count", 4),
                "rope_freqs.weight: expected 2 numbers, one for each pair of rotated channels, found shape [8]");
        assertTensorRefused(
                llama().floats("rope_freqs.weight", TWOS, 2, 4), "rope_freqs.weight: expected 8 numbers, one for each");
        assertTensorRefused(
                llama().floats("rope_freqs.weight", new float[] {1, 1, 1, 0, 1, 1, 1, 1}, 8),
                "rope_freqs.weight: expected positive numbers, found 0.0");
        assertTensorRefused(
                llama().tensor("rope_freqs.weight", WrittenGguf.IQ1_S, new byte[32], 8),
                "rope_freqs.weight: expected a format that is read, found ggml's format 19");
        assertTensorRefused(
                llama().floats("rope_factors_long.weight", TWOS, 8)
                        .tensor("rope_factors_short.weight", WrittenGguf.IQ1_S, new byte[32], 8),
                "rope_factors_short.weight: expected a format that is read, found ggml's format 19");
    }

    private void assertTensorRefused(WrittenGguf written, String message) {
        assertThatThrownBy(() -> read(written))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(temp.resolve("model.gguf") + ": tensor " + message);
    }
}
