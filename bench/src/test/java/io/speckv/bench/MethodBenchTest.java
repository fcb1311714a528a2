package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.torch.DecoderModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the methods cost here is not for a test to say. */
class MethodBenchTest {
    @TempDir
    Path folder;

    private DecoderModel open() throws IOException {
        return DecoderModel.open(
                RandomCheckpoint.of(ModelSize.parse("tiny"), folder),
                ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
    }

    /** SpecKV's budget is 512 tokens: it evicts from the first prompt, and reads the others whole. */
    @ParameterizedTest
    @ValueSource(ints = {600, 512, 1})
    void aPromptOfAnyLengthIsMeasured(int tokens) throws IOException {
        try (DecoderModel model = open()) {
            int before = model.openScopesAndArrays();
            MethodBench.Line line = new MethodBench(model, 2).measure(tokens);
            assertThat(line.promptTokens()).isEqualTo(tokens);
            assertThat(line.plainSeconds()).isPositive();
            assertThat(line.scoringOverhead()).isGreaterThan(-1).isFinite();
            assertThat(line.evictionOverhead()).isGreaterThan(-1).isFinite();
            assertThat(model.openScopesAndArrays()).isEqualTo(before);
        }
    }

    @Test
    void withoutARoundThereIsNoFigure() throws IOException {
        try (DecoderModel model = open()) {
            assertThatThrownBy(() -> new MethodBench(model, 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("rounds is 0, must be at least 1");
        }
    }
}
