package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.HardwareLimits;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures of a tiny model on a machine of made-up limits: how fast it is here is not for a test to say. */
class EngineBenchTest {
    private static final ModelSize TINY = ModelSize.parse("tiny");
    private static final HardwareLimits LIMITS = new HardwareLimits(1e12, 1e10);

    @TempDir
    Path folder;

    /** Sixteen streams share a prompt's tokens, of which each has at least one. */
    @ParameterizedTest
    @CsvSource({"FP32, 40, 4", "FP32, 8, 4", "INT8, 40, 1", "BF16, 40, 2"})
    void sharesAreOfTheLimitsThatAreGiven(Precision precision, int prompt, int weightBytes) throws IOException {
        Path checkpoint = RandomCheckpoint.of(TINY, folder);
        try (DecoderModel model = DecoderModel.open(checkpoint, ModelOptions.DEFAULTS.withPrecision(precision))) {
            EngineBench.Line line = new EngineBench(TINY, checkpoint).measure(model, LIMITS, 0.5, prompt);

            assertThat(line.shape()).isEqualTo("tiny");
            assertThat(line.precision()).isEqualTo(precision.toString());
            assertThat(line.promptTokens()).isEqualTo(prompt);
            assertThat(line.loadSeconds()).isEqualTo(0.5);
            assertThat(line.limits()).isEqualTo(LIMITS);
            assertThat(line.batchSpeedup()).isPositive();
            assertThat(line.peakBytes()).isPositive();
            double prefillSeconds = prompt / line.prefillTokensPerSecond();
            assertThat(line.prefillShare() * 1e12 * prefillSeconds)
                    .isCloseTo(TINY.prefillFlops(prompt), within(1e-6 * TINY.prefillFlops(prompt)));
            double read =
                    TINY.decodeBytes(prompt + EngineBench.DECODE_STEPS / 2, weightBytes, model.kvBytesPerNumber());
            assertThat(line.decodeShare() * 1e10 / line.decodeTokensPerSecond()).isCloseTo(read, within(1e-6 * read));
        }
    }
}
