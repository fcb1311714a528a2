package io.speckv.engine.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.NonFiniteException;
import io.speckv.engine.TokenOutOfVocabularyException;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.EncoderCheckpoint;
import io.speckv.engine.checkpoint.config.EncoderShape;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An encoder that tells for each token whether it is worth keeping (LLMLingua-2, arXiv:2403.12968), by class 1 of a
 * {@code ForTokenClassification} checkpoint. Thread-safe; the caller closes it.
 */
public final class TokenClassifier implements AutoCloseable {
    private final EncoderCheckpoint checkpoint;
    private final EncoderShape shape;
    private final Graph graph;
    private final NDManager memory;
    private final EncoderWeights weights;
    private final AtomicInteger openScopes = new AtomicInteger();

    private TokenClassifier(EncoderCheckpoint checkpoint, Graph graph, NDManager memory, EncoderWeights weights) {
        this.checkpoint = checkpoint;
        this.shape = checkpoint.shape();
        this.graph = graph;
        this.memory = memory;
        this.weights = weights;
    }

    /**
     * Opens a checkpoint folder in Hugging Face's layout.
     *
     * @throws io.speckv.engine.EngineException naming a file and tensor that is missing, damaged or unsupported
     */
    public static TokenClassifier open(Path folder, ModelOptions options) {
        CpuThreads.use(options.cpuThreads());
        Computation computation = Capabilities.of(options.device()).computation(options.precision(), options.kernels());
        EncoderCheckpoint checkpoint = EncoderCheckpoint.open(folder);
        Graph graph = Graph.load("encoder", archive(checkpoint.shape()), options.device());
        NDManager memory = Devices.newManager(options.device());
        try {
            EncoderWeights weights =
                    new EncoderWeights(checkpoint, graph, memory.newSubManager(), options.device(), computation);
            return new TokenClassifier(checkpoint, graph, memory, weights);
        } catch (RuntimeException e) {
            memory.close();
            graph.close();
            checkpoint.close();
            throw e;
        }
    }

    private static byte[] archive(EncoderShape shape) {
        return GraphArchive.pack(
                "Encoder",
                Map.of("heads", shape.heads(), "epsilon", shape.layerNormEps()),
                "encoder.py",
                "weights.py",
                "linears.py");
    }

    public EncoderShape shape() {
        return shape;
    }

    /** Returns a fingerprint that tells these weights from others, in lower-case hexadecimal. */
    public String weightsFingerprint() {
        return checkpoint.weightsFingerprint();
    }

    /**
     * Returns each token's probability of class 1, "keep" {@code [tokens]}, from 0 to 1.
     *
     * @param tokens one chunk with its special tokens, 1 to {@link EncoderShape#maxTokens}
     * @throws TokenOutOfVocabularyException naming the first token without an embedding
     * @throws NonFiniteException if a probability is NaN
     */
    public float[] keepProbabilities(int[] tokens, YieldPoint yieldPoint) {
        if (tokens.length == 0 || tokens.length > shape.maxTokens()) {
            throw new IllegalArgumentException(
                    "a chunk has " + tokens.length + " tokens, must have 1 to " + shape.maxTokens());
        }
        TokenOutOfVocabularyException.check(tokens, shape.vocabSize());
        NDManager scope = newScope();
        try {
            NDArray hidden = embed(scope, tokens);
            for (int layer = 0; layer < shape.layers(); layer++) {
                yieldPoint.pause();
                NDArray next = graph.call("layer")
                        .with(hidden)
                        .withShared(weights.norms.get(layer))
                        .withShared(weights.linears.get(layer))
                        .tensor(scope);
                hidden.close();
                hidden = next;
            }
            return finite(graph.call("keep")
                    .with(hidden)
                    .with(weights.head)
                    .with(weights.headBias)
                    .tensor(scope)
                    .toFloatArray());
        } finally {
            scope.close();
        }
    }

    /** tokens [n] -> hidden [n, hiddenSize] */
    private NDArray embed(NDManager scope, int[] tokens) {
        return graph.call("embed")
                .with(DecoderModel.longs(scope, tokens))
                .with(shape.firstPosition())
                .with(weights.words)
                .with(weights.positions)
                .with(weights.types)
                .with(weights.embeddingNorm)
                .with(weights.embeddingNormBias)
                .tensor(scope);
    }

    private static float[] finite(float[] probabilities) {
        for (int i = 0; i < probabilities.length; i++) {
            if (!Float.isFinite(probabilities[i])) {
                throw new NonFiniteException("keep probabilities", i, probabilities[i]);
            }
        }
        return probabilities;
    }

    private NDManager newScope() {
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

    @Override
    public void close() {
        weights.close();
        memory.close();
        graph.close();
        checkpoint.close();
    }
}
