package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * An open model folder in Hugging Face layout: {@code config.json} and {@code model.safetensors}, or the shards that
 * {@code model.safetensors.index.json} lists.
 *
 * <p>An open checkpoint holds every tensor its architecture needs in the right shape. Weights are mapped when asked for,
 * so opening reads only headers. The files must not be cut short while in use: the operating system answers a read
 * beyond the new end by killing the process. Thread-safe.
 */
public final class Checkpoint implements AutoCloseable {
    static final String WEIGHTS = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private final Path folder;
    private final ModelConfig config;
    private final Map<Path, SafetensorsFile> files;
    private final Map<String, TensorEntry> tensors;

    private Checkpoint(
            Path folder, ModelConfig config, Map<Path, SafetensorsFile> files, Map<String, TensorEntry> tensors) {
        this.folder = folder;
        this.config = config;
        this.files = files;
        this.tensors = tensors;
    }

    /**
     * Returns the checkpoint of a folder; the caller closes it.
     *
     * @throws CheckpointException if a file is missing, damaged or of an unsupported kind, or a tensor is missing or has
     *     the wrong shape
     */
    public static Checkpoint open(Path folder) {
        ModelConfig config = ModelConfig.read(folder);
        Map<Path, SafetensorsFile> files = new HashMap<>();
        boolean checked = false;
        try {
            Map<String, TensorEntry> tensors = openWeights(folder, files);
            Path listing = folder.resolve(files.containsKey(folder.resolve(WEIGHTS)) ? WEIGHTS : INDEX);
            WeightLayout.of(config.shape()).forEach((name, shape) -> require(tensors, listing, name, shape));
            checked = true;
            return new Checkpoint(folder, config, files, tensors);
        } finally {
            if (!checked) {
                files.values().forEach(SafetensorsFile::close);
            }
        }
    }

    /** Returns the sizes and constants of the model. */
    public ModelShape shape() {
        return config.shape();
    }

    /** Returns the ids that end a text; empty if the folder names none. */
    public Set<Integer> endTokens() {
        return config.endTokens();
    }

    /** Returns the folder it was opened from. */
    public Path folder() {
        return folder;
    }

    /** Returns whether the weights hold a tensor of this name. */
    public boolean has(String name) {
        return tensors.containsKey(name);
    }

    /**
     * Returns where a tensor lies.
     *
     * @throws CheckpointException if the weights hold none of this name
     */
    public TensorEntry tensor(String name) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw CheckpointException.ofTensor(folder, name, "the tensor", "none of this name");
        }
        return entry;
    }

    /**
     * Returns a direct, read-only, little-endian view of a tensor's bytes in the memory-mapped file, without a copy.
     *
     * <p>The mapping lasts as long as the buffer is reachable, also after {@link #close}.
     *
     * @throws CheckpointException if the tensor is longer than one buffer can be, 2^31 - 1 bytes
     */
    public ByteBuffer bytes(TensorEntry entry) {
        SafetensorsFile file = files.get(entry.file());
        if (file == null) {
            throw new IllegalArgumentException("tensor " + entry.name() + " is of another checkpoint: " + entry.file());
        }
        return file.map(entry);
    }

    /** Returns the numbers of every tensor a model of this shape needs, flattened, by name: a copy in float32. */
    public Map<String, float[]> weights() {
        Map<String, float[]> weights = new LinkedHashMap<>();
        for (String name : WeightLayout.of(shape()).keySet()) {
            TensorEntry entry = tensor(name);
            weights.put(name, WeightsFile.numbers(entry, bytes(entry)));
        }
        return weights;
    }

    /** Closes the files; buffers handed out stay valid. */
    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }

    private static Map<String, TensorEntry> openWeights(Path folder, Map<Path, SafetensorsFile> files) {
        Path single = folder.resolve(WEIGHTS);
        Path index = folder.resolve(INDEX);
        if (Files.exists(single)) {
            files.put(single, SafetensorsFile.open(single));
            return files.get(single).entries();
        }
        if (!Files.exists(index)) {
            throw CheckpointException.ofFile(folder, WEIGHTS + " or " + INDEX, "neither");
        }
        return openShards(folder, JsonFile.read(index).requireObject("weight_map"), files);
    }

    private static Map<String, TensorEntry> openShards(
            Path folder, JsonFile weightMap, Map<Path, SafetensorsFile> files) {
        Map<String, TensorEntry> tensors = new HashMap<>();
        for (String name : weightMap.keys()) {
            String shardName = weightMap.requireText(name);
            if (!shardName.equals(String.valueOf(Path.of(shardName).getFileName()))) {
                throw weightMap.unexpected(name, "the name of a file in the same folder");
            }
            Path shard = folder.resolve(shardName);
            TensorEntry entry = files.computeIfAbsent(shard, SafetensorsFile::open)
                    .entries()
                    .get(name);
            if (entry == null) {
                throw CheckpointException.ofTensor(
                        shard, name, "the tensor, as " + INDEX + " says", "none of this name");
            }
            tensors.put(name, entry);
        }
        return tensors;
    }

    private static void require(Map<String, TensorEntry> tensors, Path listing, String name, long[] shape) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw CheckpointException.ofTensor(
                    listing, name, "the tensor in shape " + Arrays.toString(shape), "none of this name");
        }
        if (!Arrays.equals(entry.shape(), shape)) {
            throw CheckpointException.ofTensor(
                    entry.file(), name, "shape " + Arrays.toString(shape), Arrays.toString(entry.shape()));
        }
    }
}
