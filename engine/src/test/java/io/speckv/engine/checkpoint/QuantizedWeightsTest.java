package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Matrices of {@link QuantizedWeights} that are computed, beside tensors that are stored. QuantizedCheckpointTest has
 * their numbers in every format, whole and in pieces.
 */
class QuantizedWeightsTest {
    private static final String COMPUTED = "model.layers.0.mlp.up_proj.weight";
    private static final String STORED = "model.norm.weight";

    private static Path folder() {
        return GoldenFamily.quantized().stream()
                .map(GoldenFamily::folder)
                .filter(each -> each.endsWith("gptq-4bit-act-order"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aMatrixThatIsComputedHasNoBytes() {
        try (Checkpoint checkpoint = Checkpoint.open(folder())) {
            TensorEntry matrix = checkpoint.tensor(COMPUTED);
            assertThat(matrix.isPlain()).isFalse();
            assertThat(matrix.type()).isEqualTo(WeightType.F32);
            assertThatThrownBy(() -> checkpoint.bytes(matrix))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(COMPUTED + " is not stored as plain numbers");
        }
    }

    @Test
    void whatIsStoredIsAsInAnyFolder() {
        try (Checkpoint checkpoint = Checkpoint.open(folder())) {
            TensorEntry norm = checkpoint.tensor(STORED);
            float[] numbers = Objects.requireNonNull(checkpoint.weights().get(STORED));
            assertThat(norm.isPlain()).isTrue();
            assertThat(norm.type().get(checkpoint.bytes(norm), 0)).isEqualTo(numbers[0]);
        }
    }

    @Test
    void aTensorThatTheModelDoesNotHaveIsNamed() {
        try (Checkpoint checkpoint = Checkpoint.open(folder())) {
            assertThatThrownBy(() -> checkpoint.tensor("nope"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessage(folder() + ": tensor nope: expected the tensor, found none of this name");
        }
    }
}
