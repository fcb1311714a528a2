package io.speckv.engine.checkpoint;

import io.speckv.engine.checkpoint.config.EncoderShape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors a token classifier consists of, by their Hugging Face names. */
public final class EncoderLayout {
    /** The classes are "drop" and "keep". */
    private static final int CLASSES = 2;

    private final Map<String, long[]> shapes = new LinkedHashMap<>();

    private EncoderLayout() {}

    /** Returns name and shape of every tensor a classifier of this shape needs, in the order of computation. */
    public static Map<String, long[]> of(EncoderShape shape) {
        EncoderLayout layout = new EncoderLayout();
        long hidden = shape.hiddenSize();
        String prefix = shape.architecture().tensorPrefix();
        String embeddings = prefix + "embeddings.";
        layout.add(embeddings + "word_embeddings.weight", shape.vocabSize(), hidden);
        layout.add(embeddings + "position_embeddings.weight", shape.positions(), hidden);
        layout.add(embeddings + "token_type_embeddings.weight", shape.types(), hidden);
        layout.addWithBias(embeddings + "LayerNorm", hidden);
        for (int i = 0; i < shape.layers(); i++) {
            String layer = prefix + "encoder.layer." + i + ".";
            layout.addWithBias(layer + "attention.self.query", hidden, hidden);
            layout.addWithBias(layer + "attention.self.key", hidden, hidden);
            layout.addWithBias(layer + "attention.self.value", hidden, hidden);
            layout.addWithBias(layer + "attention.output.dense", hidden, hidden);
            layout.addWithBias(layer + "attention.output.LayerNorm", hidden);
            layout.addWithBias(layer + "intermediate.dense", shape.intermediateSize(), hidden);
            layout.addWithBias(layer + "output.dense", hidden, shape.intermediateSize());
            layout.addWithBias(layer + "output.LayerNorm", hidden);
        }
        layout.addWithBias("classifier", CLASSES, hidden);
        return Collections.unmodifiableMap(layout.shapes);
    }

    /** Adds a weight and its bias, which has one number for each of the weight's rows. */
    private void addWithBias(String name, long... shape) {
        add(name + ".weight", shape);
        add(name + ".bias", shape[0]);
    }

    private void add(String name, long... shape) {
        shapes.put(name, shape);
    }
}
