package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Of a model of three layers, with 2 KV heads of 16 channels. */
class FullKeysTest {
    private static final DecoderModel MODEL =
            DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    /** Queries of one head and one channel, with the numbers given. */
    private static NDArray queries(NDManager memory, float... numbers) {
        return memory.create(numbers, new Shape(1, numbers.length, 1));
    }

    @Test
    void layersThatFollowEachOtherUseTheSameMemory() {
        try (NDManager memory = MODEL.newScope()) {
            FullKeys full = new FullKeys(MODEL, memory, 10, 1);
            assertThat(full.keys(0).getShape()).isEqualTo(new Shape(2, 10, 16));
            assertThat(full.keys(2)).isSameAs(full.keys(0));
            assertThat(full.values(2)).isSameAs(full.values(0)).isNotSameAs(full.keys(0));
        }
    }

    @Test
    void layersThatAreAllHeldHaveTheirOwn() {
        try (NDManager memory = MODEL.newScope()) {
            FullKeys full = new FullKeys(MODEL, memory, 10, 3);
            assertThat(full.keys(2)).isNotSameAs(full.keys(0));
            assertThat(full.values(1)).isNotSameAs(full.values(0));
        }
    }

    @Test
    void queriesOfPiecesAreJoinedUpToAsManyAsAreNeeded() {
        try (NDManager memory = MODEL.newScope()) {
            FullKeys full = new FullKeys(MODEL, memory, 10, 3);
            assertThat(full.remember(1, queries(memory, 1, 2), 4).toFloatArray())
                    .containsExactly(1, 2);
            assertThat(full.remember(1, queries(memory, 3), 4).toFloatArray()).containsExactly(1, 2, 3);
            assertThat(full.remember(1, queries(memory, 4, 5, 6), 4).toFloatArray())
                    .containsExactly(3, 4, 5, 6);
            assertThat(full.lastQueries(1).toFloatArray()).containsExactly(3, 4, 5, 6);
            assertThat(full.remember(2, queries(memory, 9), 4).toFloatArray())
                    .as("each layer has its own")
                    .containsExactly(9);
        }
    }

    @Test
    void whereLayersShareMemoryAPromptIsReadInOnePieceAndNothingIsRemembered() {
        try (NDManager memory = MODEL.newScope()) {
            FullKeys full = new FullKeys(MODEL, memory, 10, 1);
            NDArray all = queries(memory, 1, 2, 3);
            assertThat(full.remember(0, all, 2)).isSameAs(all);
            assertThatThrownBy(() -> full.lastQueries(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("no queries of layer 0 are remembered");
        }
    }
}
