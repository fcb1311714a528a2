package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.speckv.engine.DeviceName;
import io.speckv.engine.checkpoint.EncoderCheckpoint;
import io.speckv.engine.checkpoint.config.EncoderShape;
import java.util.ArrayList;
import java.util.List;

/** A token classifier's weights in the form that its graph takes. The memory belongs to the manager given at construction. */
final class EncoderWeights implements AutoCloseable {
    private final NDManager memory;
    private final WeightReader reader;

    final NDArray words;
    final NDArray positions;
    final NDArray types;
    final NDArray embeddingNorm;
    final NDArray embeddingNormBias;
    final NDArray head;
    final NDArray headBias;
    final List<IValue> norms = new ArrayList<>();
    final List<IValue> linears = new ArrayList<>();

    EncoderWeights(
            EncoderCheckpoint checkpoint, Graph graph, NDManager memory, DeviceName device, Computation computation) {
        this.memory = memory;
        this.reader = new WeightReader(checkpoint, graph, memory, device, computation);
        EncoderShape shape = checkpoint.shape();
        String prefix = shape.architecture().tensorPrefix();
        words = reader.table(prefix + "embeddings.word_embeddings.weight");
        positions = reader.read(prefix + "embeddings.position_embeddings.weight");
        types = reader.read(prefix + "embeddings.token_type_embeddings.weight");
        embeddingNorm = reader.read(prefix + "embeddings.LayerNorm.weight");
        embeddingNormBias = reader.read(prefix + "embeddings.LayerNorm.bias");
        for (int layer = 0; layer < shape.layers(); layer++) {
            readLayer(prefix + "encoder.layer." + layer + ".");
            FreedMemory.giveBack();
        }
        head = reader.read("classifier.weight");
        headBias = reader.read("classifier.bias");
    }

    private void readLayer(String layer) {
        norms.add(WeightReader.listOf(
                reader.read(layer + "attention.output.LayerNorm.weight"),
                reader.read(layer + "attention.output.LayerNorm.bias"),
                reader.read(layer + "output.LayerNorm.weight"),
                reader.read(layer + "output.LayerNorm.bias")));
        String self = layer + "attention.self.";
        linears.add(WeightReader.listOf(
                reader.linear(true, self + "query", self + "key", self + "value"),
                reader.linear(true, layer + "attention.output.dense"),
                reader.linear(true, layer + "intermediate.dense"),
                reader.linear(true, layer + "output.dense")));
    }

    @Override
    public void close() {
        norms.forEach(IValue::close);
        linears.forEach(IValue::close);
        memory.close();
    }
}
