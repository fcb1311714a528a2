package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.Architecture;
import io.speckv.engine.checkpoint.config.GgufConfig;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.gguf.GgufException;
import io.speckv.gguf.GgufFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An open model: a folder in Hugging Face layout with {@code config.json} and {@code model.safetensors}, or the shards that
 * {@code model.safetensors.index.json} lists, quantised or not; or a GGUF file.
 *
 * <p>An open checkpoint holds every tensor its architecture needs in the right shape. Opening reads headers, a few bytes of
 * each tensor for the fingerprint and, for quantised layers, the tensors that say how their codes are read. Weights are
 * mapped when they are asked for, in pieces of up to 2 GiB of a file. The files must not be cut short while in use: the
 * operating system answers a read beyond the new end by killing the process. Thread-safe.
 */
public final class Checkpoint implements TensorSource, AutoCloseable {
    private final Path folder;
    private final ModelConfig config;
    private final StoredWeights files;
    private final String weightsFingerprint;

    private Checkpoint(Path folder, ModelConfig config, StoredWeights files) {
        this.folder = folder;
        this.config = config;
        this.files = files;
        this.weightsFingerprint = files.fingerprint();
    }

    /**
     * Returns the checkpoint of a folder or GGUF file; the caller closes it.
     *
     * @throws CheckpointException if a file is missing, damaged or of an unsupported kind, or a tensor is missing or has
     *     the wrong shape
     */
    public static Checkpoint open(Path folder) {
        return GgufFile.isOne(folder) ? openFile(folder) : openFolder(folder);
    }

    private static Checkpoint openFolder(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        ModelShape shape = config.shape();
        Map<String, long[]> layout = WeightLayout.stored(shape);
        Optional<Quantization> quantization = QuantizationReader.read(folder);
        return of(
                folder,
                config,
                quantization.isPresent()
                        ? QuantizedWeights.open(folder, layout, parts(shape), quantization.get())
                        : FolderWeights.open(folder, layout));
    }

    private static Map<String, int[]> parts(ModelShape shape) {
        return shape.architecture().has(Architecture.Part.FUSED_PROJECTIONS)
                ? FusedTensors.parts(WeightLayout.of(shape))
                : Map.of();
    }

    private static Checkpoint openFile(Path path) {
        boolean opened = false;
        GgufFile file = null;
        try {
            file = GgufFile.open(path);
            ModelConfig config = GgufConfig.read(file);
            ModelShape shape = config.shape();
            Checkpoint checkpoint = of(path, config, GgufWeights.of(file, shape, WeightLayout.stored(shape)));
            opened = true;
            return checkpoint;
        } catch (GgufException e) {
            throw CheckpointException.ofFile(e.file(), e.expected(), e.found(), e);
        } finally {
            if (!opened && file != null) {
                file.close();
            }
        }
    }

    private static Checkpoint of(Path path, ModelConfig config, StoredWeights stored) {
        boolean fused = config.shape().architecture().has(Architecture.Part.FUSED_PROJECTIONS);
        return new Checkpoint(
                path,
                config,
                fused
                        ? stored.withTensors(FusedTensors.split(WeightLayout.of(config.shape()), stored.tensors()))
                        : stored);
    }

    /**
     * Returns a fingerprint that tells these weights from others, in lower-case hexadecimal. It is made from headers and
     * samples only.
     */
    public String weightsFingerprint() {
        return weightsFingerprint;
    }

    /** Returns the formats that the weights are stored in, such as {@code bf16}, {@code gptq, 4 bits} or {@code gguf, q4_k}. */
    public String weightsFormat() {
        return files.format();
    }

    /** Returns the sizes and constants of the model. */
    public ModelShape shape() {
        return config.shape();
    }

    /** Returns the ids that end a text; empty if the folder names none. */
    public Set<Integer> endTokens() {
        return config.endTokens();
    }

    /** Returns the folder or file that was opened. */
    public Path folder() {
        return folder;
    }

    /** Returns whether the weights hold a tensor of this name. */
    public boolean has(String name) {
        return files.tensors().containsKey(name);
    }

    @Override
    public TensorEntry tensor(String name) {
        return files.tensor(name);
    }

    @Override
    public void read(TensorEntry entry, long first, float[] into) {
        files.read(entry, first, into);
    }

    /**
     * Returns a direct, read-only, little-endian view of a tensor's bytes in the memory-mapped file, without a copy.
     *
     * <p>The mapping lasts as long as the buffer is reachable, even after {@link #close}.
     *
     * @throws CheckpointException if the tensor is longer than one buffer can be, 2^31 - 1 bytes
     */
    public ByteBuffer bytes(TensorEntry entry) {
        return files.bytes(entry);
    }

    /** Returns the numbers of every tensor that a model of this shape needs, flattened, by name, as copies in float32. */
    public Map<String, float[]> weights() {
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (String name : WeightLayout.of(shape()).keySet()) {
            TensorEntry entry = tensor(name);
            float[] numbers =
                    new float[Math.toIntExact(Arrays.stream(entry.shape()).reduce(1, Math::multiplyExact))];
            read(entry, 0, numbers);
            weights.put(name, numbers);
        }
        return weights;
    }

    /** Closes the files; buffers handed out stay valid. */
    @Override
    public void close() {
        files.close();
    }
}
