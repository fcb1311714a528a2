package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tensors of a model folder: those of {@code model.safetensors}, or of the shards that
 * {@code model.safetensors.index.json} lists. Thread-safe.
 */
final class FolderWeights implements AutoCloseable {
    static final String WEIGHTS = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final int SAMPLED_BYTES = 256;

    private final Path folder;
    private final Map<Path, SafetensorsFile> files;
    private final Map<String, TensorEntry> tensors;

    private FolderWeights(Path folder, Map<Path, SafetensorsFile> files, Map<String, TensorEntry> tensors) {
        this.folder = folder;
        this.files = files;
        this.tensors = tensors;
    }

    /**
     * Returns the open weights of a folder; the caller closes them.
     *
     * @param layout shape of every tensor that must be there, by name
     * @throws CheckpointException if a file is missing, damaged or of an unsupported kind, or a tensor is missing or has
     *     the wrong shape
     */
    static FolderWeights open(Path folder, Map<String, long[]> layout) {
        Map<Path, SafetensorsFile> files = new HashMap<>();
        boolean checked = false;
        try {
            Map<String, TensorEntry> tensors = openFiles(folder, files);
            Path listing = folder.resolve(files.containsKey(folder.resolve(WEIGHTS)) ? WEIGHTS : INDEX);
            layout.forEach((name, shape) -> require(tensors, listing, name, shape));
            checked = true;
            return new FolderWeights(folder, files, tensors);
        } finally {
            if (!checked) {
                files.values().forEach(SafetensorsFile::close);
            }
        }
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    TensorEntry tensor(String name) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw CheckpointException.ofTensor(folder, name, "the tensor", "none of this name");
        }
        return entry;
    }

    ByteBuffer bytes(TensorEntry entry) {
        SafetensorsFile file = files.get(entry.file());
        if (file == null) {
            throw new IllegalArgumentException("tensor " + entry.name() + " is of another checkpoint: " + entry.file());
        }
        return file.map(entry);
    }

    /**
     * Returns what tells these weights from others without reading all of them, in lower-case hexadecimal: a SHA-256 of every
     * tensor's name, type, shape and the bytes at its beginning and in its middle.
     */
    String fingerprint() {
        MessageDigest digest = sha256();
        for (TensorEntry entry : new TreeMap<>(tensors).values()) {
            String header = entry.name() + ' ' + entry.type() + ' ' + Arrays.toString(entry.shape()) + '\n';
            digest.update(header.getBytes(StandardCharsets.UTF_8));
            int sampled = (int) Math.min(SAMPLED_BYTES, entry.length());
            SafetensorsFile file = files.get(entry.file());
            if (file != null) {
                digest.update(file.sample(entry, 0, sampled));
                digest.update(file.sample(entry, (entry.length() - sampled) / 2, sampled));
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        files.values().forEach(SafetensorsFile::close);
    }

    private static Map<String, TensorEntry> openFiles(Path folder, Map<Path, SafetensorsFile> files) {
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
