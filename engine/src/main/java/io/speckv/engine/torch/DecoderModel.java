package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.TokenOutOfVocabularyException;
import io.speckv.engine.Way;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.HeadTokens;
import io.speckv.engine.checkpoint.config.Activation;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint on a device, ready to prefill and decode.
 *
 * <p>{@link #newArena} gives cache slots; a {@link PromptPass} fills one; {@link DecodeStep} extends many at once. Different
 * threads may use it at the same time if they use different slots. The caller closes it, after its arenas.
 */
public final class DecoderModel implements AutoCloseable {
    static final String[] SOURCES = {
        "decoder.py", "weights.py", "linears.py", "layers.py", "rope.py", "attention.py", "observe.py", "slots.py"
    };

    private final Checkpoint checkpoint;
    private final ModelShape shape;
    private final ModelOptions options;
    private final @Nullable HeadTokens headTokens;
    private final Computation computation;
    private final Graph graph;
    private final NDManager memory;
    private final ModelWeights weights;
    private final Rotary rotary;
    private final AtomicInteger openScopes = new AtomicInteger();

    private DecoderModel(Checkpoint checkpoint, ModelOptions options) {
        this.checkpoint = checkpoint;
        this.shape = checkpoint.shape();
        this.options = options;
        this.headTokens =
                options.headTokens() == null ? null : HeadTokens.read(options.headTokens(), shape.vocabSize());
        this.computation = Capabilities.of(options.device()).computation(options.precision(), options.kernels());
        this.graph = Graph.load("decoder", archive(shape, computation.numbers()), options.device());
        this.memory = Devices.newManager(options.device());
        this.weights =
                new ModelWeights(checkpoint, graph, memory.newSubManager(), options.device(), computation, headTokens);
        this.rotary = new Rotary(shape, graph, memory, computation.numbers());
    }

    /**
     * Opens a checkpoint folder as Hugging Face writes it.
     *
     * @throws io.speckv.engine.EngineException naming the file and the tensor or line that is missing, damaged or
     *     unsupported, or the device that does not exist or cannot compute in this precision
     */
    public static DecoderModel open(Path folder, ModelOptions options) {
        CpuThreads.use(options.cpuThreads());
        Checkpoint checkpoint = Checkpoint.open(folder);
        try {
            return new DecoderModel(checkpoint, options);
        } catch (RuntimeException e) {
            checkpoint.close();
            throw e;
        }
    }

    static byte[] archive(ModelShape shape, ScalarType numbers) {
        return GraphArchive.pack(
                "Decoder",
                Map.of(
                        "heads", shape.heads(),
                        "kv_heads", shape.kvHeads(),
                        "head_dim", shape.headDim(),
                        "epsilon", shape.rmsNormEps(),
                        "gelu", shape.activation() == Activation.GELU_TANH,
                        "experts_chosen", shape.experts().chosen(),
                        "experts_normalised", shape.experts().normalised(),
                        "embedding_scale", numbers.rounded(shape.embeddingScale())),
                SOURCES);
    }

    public ModelShape shape() {
        return shape;
    }

    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** Returns the precision in use; never {@link Precision#AUTO}. */
    public Precision precision() {
        return computation.precision();
    }

    /** Returns how this precision is computed here. */
    public Way way() {
        return Capabilities.of(options.device()).way(computation.precision(), options.kernels());
    }

    public DeviceName device() {
        return options.device();
    }

    /**
     * Returns memory for {@code slots} sequences of at most {@code capacity} tokens per layer and KV head; the caller closes
     * it.
     */
    public KvArena newArena(int slots, int capacity) {
        return new KvArena(this, slots, capacity);
    }

    /** Returns the bytes of one token in a cache that keeps everything, over all layers. */
    public long kvBytesPerToken() {
        return memoryUse().kvBytesPerToken();
    }

    /** Returns the memory that the model and its caches take. */
    public ModelMemory memoryUse() {
        return ModelMemory.of(shape, computation);
    }

    /** Returns the bytes of one number in a cache. */
    public int kvBytesPerNumber() {
        return numbers().bytes;
    }

    /**
     * Returns normally if every token has an embedding.
     *
     * @throws TokenOutOfVocabularyException naming the first token without an embedding
     */
    public void checkTokens(int[] tokens) {
        TokenOutOfVocabularyException.check(tokens, shape.vocabSize());
    }

    int rowBlock() {
        return options.rowBlock();
    }

    ScalarType numbers() {
        return computation.numbers();
    }

    Graph graph() {
        return graph;
    }

    ModelWeights weights() {
        return weights;
    }

    /** Returns a scope that owns native memory until the caller closes it. */
    NDManager newScope() {
        NDManager scope = memory.newSubManager();
        openScopes.incrementAndGet();
        scope.attachInternal("open scope", openScopes::decrementAndGet);
        return scope;
    }

    /**
     * Returns the number of open scopes and of arrays that live as long as the model. If it is not constant between calls,
     * something leaks.
     */
    public int openScopesAndArrays() {
        return openScopes.get() + memory.getManagedArrays().size();
    }

    /**
     * Returns whether the device still computes. After some errors of a GPU, such as an illegal access, every later call
     * fails, and only a new process has a device again.
     */
    public boolean computes() {
        try (NDManager scope = newScope()) {
            return longs(scope, new int[] {1}).add(1).toLongArray()[0] == 2;
        } catch (RuntimeException e) {
            return false;
        }
    }

    NDArray zeros(NDManager scope, long... size) {
        return graph.call("zeros")
                .with(size)
                .with(numbers().code())
                .with(Devices.torchName(options.device()))
                .tensor(scope);
    }

    /** Returns memory with arbitrary content. It must be written before it is read. */
    NDArray empty(NDManager scope, long... size) {
        return graph.call("empty")
                .with(size)
                .with(numbers().code())
                .with(Devices.torchName(options.device()))
                .tensor(scope);
    }

    /** tokens [n] -> hidden [n, hiddenSize] */
    NDArray embed(NDManager scope, int[] tokens) {
        return graph.call("embed")
                .with(weights.embedding)
                .with(longs(scope, tokens))
                .with(numbers().code())
                .tensor(scope);
    }

    Rotary rotary() {
        return rotary;
    }

    /**
     * The last {@code rows} of hidden [n, hiddenSize] -> logits [rows, vocabSize]; negative infinity for tokens that a
     * trimmed head lacks.
     */
    float[][] logits(NDManager scope, NDArray hidden, int total, int rows) {
        return onHost(deviceLogits(scope, hidden, total, rows));
    }

    /** As {@link #logits}, float32 on the device, without the tokens that a trimmed head lacks. */
    NDArray deviceLogits(NDManager scope, NDArray hidden, int total, int rows) {
        return graph.call("logits")
                .with(hidden)
                .with(total - rows)
                .with(rows)
                .with(weights.finalNorm)
                .withShared(weights.head)
                .tensor(scope);
    }

    /** Copies the result of {@link #deviceLogits} to the host. */
    float[][] onHost(NDArray deviceLogits) {
        int rows = Math.toIntExact(deviceLogits.getShape().get(0));
        float[] values = deviceLogits.toFloatArray();
        int width = values.length / rows;
        float[][] logits = new float[rows][];
        for (int row = 0; row < rows; row++) {
            float[] known = Arrays.copyOfRange(values, row * width, (row + 1) * width);
            logits[row] = headTokens == null ? known : headTokens.overVocabulary(known);
        }
        return logits;
    }

    /** Returns whether the head lacks tokens of the vocabulary. */
    boolean hasTrimmedHead() {
        return headTokens != null;
    }

    static NDArray longs(NDManager scope, int[] numbers) {
        long[] wide = new long[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            wide[i] = numbers[i];
        }
        return scope.create(wide, new Shape(wide.length));
    }

    @Override
    public void close() {
        weights.close();
        memory.close();
        graph.close();
        checkpoint.close();
    }
}
