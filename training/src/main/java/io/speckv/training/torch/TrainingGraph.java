package io.speckv.training.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceName;
import io.speckv.engine.NonFiniteException;
import io.speckv.engine.Precision;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.torch.Capabilities;
import io.speckv.engine.torch.Devices;
import io.speckv.engine.torch.Graph;
import io.speckv.engine.torch.GraphArchive;
import io.speckv.engine.torch.ScalarType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A decoder in training: float32 master weights, AdamW's running moments, and the graph that computes with them in another
 * precision. A frozen decoder, from which others learn, has only weights.
 *
 * <p>{@link #learn} or {@link #imitate} add to the gradients, {@link #update} uses and clears them. Thread-confined; only
 * one instance of a process may be computing gradients at a time. The caller closes it.
 */
public final class TrainingGraph implements AutoCloseable {
    /** Most numbers of one tensor of logits. A larger step is taken in parts, because several such tensors are held at once. */
    private static final long LOGITS_MOST = 1 << 25;

    private final ModelShape shape;
    private final Graph graph;
    private final NDManager memory;
    private final Map<String, NDArray> masters = new LinkedHashMap<>();
    private final NDArray[] weights;
    private final NDArray[] means;
    private final NDArray[] squares;
    private final BatchGraph batches;
    private final LossInParts losses;
    private final boolean frozen;
    private int updates;

    private TrainingGraph(
            ModelShape shape,
            DeviceName device,
            Precision precision,
            TrainingState state,
            boolean frozen,
            long logitsMost) {
        this.shape = shape;
        this.graph =
                Graph.load("training", archive(shape, Capabilities.of(device).numbers(precision)), device);
        this.memory = Devices.newManager(device);
        this.frozen = frozen;
        WeightLayout.of(shape).forEach((name, size) -> masters.put(name, array(state.weights(), name, size)));
        weights = masters.values().toArray(NDArray[]::new);
        for (NDArray weight : weights) {
            weight.setRequiresGradient(!frozen);
        }
        means = frozen ? new NDArray[0] : moments(state.means());
        squares = frozen ? new NDArray[0] : moments(state.squares());
        updates = state.updates();
        batches = new BatchGraph(shape, graph, weights, memory);
        losses = new LossInParts(batches, memory, logitsMost);
    }

    /**
     * Returns a model that continues from {@code state}.
     *
     * @param precision of products; {@link Precision#INT8} cannot be trained, and bf16 becomes float32 if the device does
     *     not multiply it
     * @throws IllegalArgumentException if layers have parts that the graph lacks (see {@link TrainableLayers}), or a tensor
     *     is missing or of the wrong size
     */
    public static TrainingGraph open(ModelShape shape, DeviceName device, Precision precision, TrainingState state) {
        return openInParts(shape, device, precision, state, LOGITS_MOST);
    }

    /** As {@link #open}, with at most {@code logitsMost} numbers in a tensor of logits. */
    static TrainingGraph openInParts(
            ModelShape shape, DeviceName device, Precision precision, TrainingState state, long logitsMost) {
        check(shape, precision);
        return new TrainingGraph(shape, device, precision, state, false, logitsMost);
    }

    /**
     * Returns a model that is not trained, for use as a teacher. It takes a third of the memory.
     *
     * @throws IllegalArgumentException as {@link #open} does
     */
    public static TrainingGraph frozen(
            ModelShape shape, DeviceName device, Precision precision, Map<String, float[]> weights) {
        check(shape, precision);
        return new TrainingGraph(shape, device, precision, TrainingState.fresh(weights), true, LOGITS_MOST);
    }

    private static void check(ModelShape shape, Precision precision) {
        TrainableLayers.obstacle(shape).ifPresent(obstacle -> {
            throw new IllegalArgumentException(obstacle + "; " + TrainableLayers.WHAT_CAN_BE);
        });
        if (precision == Precision.INT8) {
            throw new IllegalArgumentException("dtype is int8; train in auto, fp32 or bf16");
        }
    }

    static byte[] archive(ModelShape shape, ScalarType numbers) {
        return GraphArchive.pack(
                "Training",
                Map.of(
                        "layers", shape.layers(),
                        "heads", shape.heads(),
                        "kv_heads", shape.kvHeads(),
                        "head_dim", shape.headDim(),
                        "epsilon", shape.rmsNormEps(),
                        "biases", shape.biases().queries() ? 1 : 0,
                        "compute", numbers.code()),
                TrainingGraph.class,
                "training.py",
                "rope.py",
                "linears.py",
                "layers.py",
                "attention.py");
    }

    public ModelShape shape() {
        return shape;
    }

    /** Returns the number of updates since the weights were random. */
    public int updates() {
        return updates;
    }

    /** Adds the gradient of the weighted mean cross-entropy, and returns its value in nats. */
    public double learn(WeightedTokens batch) {
        requireTrained();
        return losses.differentiate("cross_entropy", batch, (part, places, scope) -> scope.create(part.expected()));
    }

    /** Adds the gradient of the weighted mean divergence from a teacher of the same vocabulary, and returns its value. */
    public double imitate(WeightedTokens batch, TrainingGraph teacher, Divergence divergence) {
        if (teacher.shape.vocabSize() != shape.vocabSize()) {
            throw new IllegalArgumentException("teacher and student must have one vocabulary, not "
                    + teacher.shape.vocabSize() + " and " + shape.vocabSize() + " tokens");
        }
        requireTrained();
        return losses.differentiate(divergence.method, batch, teacher.batches::score);
    }

    private void requireTrained() {
        if (frozen) {
            throw new IllegalStateException("a frozen model is not trained");
        }
    }

    /**
     * Moves the weights against the gradients, clears the gradients, and returns their norm over all weights before
     * clipping.
     */
    public double update(AdamW settings) {
        updates++;
        try (NDManager scope = memory.newSubManager()) {
            NDArray[] gradients = new NDArray[weights.length];
            for (int i = 0; i < weights.length; i++) {
                gradients[i] = weights[i].getGradient();
                gradients[i].attach(scope);
            }
            NDArray norm = graph.call("update")
                    .with(weights)
                    .with(gradients)
                    .with(means)
                    .with(squares)
                    .with(settings.rate())
                    .with(settings.beta1())
                    .with(settings.beta2())
                    .with(settings.decay())
                    .with(settings.clip())
                    .with(updates)
                    .tensor(scope);
            return finite(norm.getFloat());
        }
    }

    /** Returns, for each token of positive weight in order, the token the model finds most probable in its place. */
    public int[] predict(WeightedTokens batch) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray chosen = batches.predict(batch, scope);
            return Arrays.stream(chosen.toLongArray())
                    .mapToInt(Math::toIntExact)
                    .toArray();
        }
    }

    /** Returns, for each token of positive weight in order, the logits in its place: `[predicted, vocabSize]`, flattened. */
    public float[] logits(WeightedTokens batch) {
        try (NDManager scope = memory.newSubManager()) {
            return batches.score(batch, scope.create(batch.places()), scope).toFloatArray();
        }
    }

    /** Returns the gradient of the tensor {@code name}, added up since the last update, flattened. */
    public float[] gradient(String name) {
        try (NDManager scope = memory.newSubManager()) {
            NDArray gradient = named(name).getGradient();
            gradient.attach(scope);
            return gradient.toFloatArray();
        }
    }

    /** Returns a copy of everything that training needs to continue. */
    public TrainingState state() {
        return new TrainingState(updates, named(weights), named(means), named(squares));
    }

    private NDArray named(String name) {
        NDArray array = masters.get(name);
        if (array == null) {
            throw new IllegalArgumentException("the model has no tensor named " + name);
        }
        return array;
    }

    private Map<String, float[]> named(NDArray[] arrays) {
        Map<String, float[]> named = new LinkedHashMap<>();
        for (String name : masters.keySet()) {
            named.put(name, arrays[named.size()].toFloatArray());
        }
        return named;
    }

    private NDArray[] moments(Map<String, float[]> values) {
        return WeightLayout.of(shape).entrySet().stream()
                .map(entry -> values.isEmpty()
                        ? memory.zeros(new Shape(entry.getValue()))
                        : array(values, entry.getKey(), entry.getValue()))
                .toArray(NDArray[]::new);
    }

    private NDArray array(Map<String, float[]> values, String name, long[] size) {
        float[] numbers = values.get(name);
        long count = new Shape(size).size();
        if (numbers == null || numbers.length != count) {
            throw new IllegalArgumentException("tensor " + name + " has "
                    + (numbers == null ? "no" : Integer.toString(numbers.length)) + " numbers; it must have " + count);
        }
        return memory.create(numbers, new Shape(size));
    }

    /** Returns {@code value}, a loss or a norm, which must be finite. */
    static double finite(float value) {
        if (!Float.isFinite(value)) {
            throw new NonFiniteException("loss and gradient norm", 0, value);
        }
        return value;
    }

    @Override
    public void close() {
        memory.close();
        graph.close();
    }
}
