package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tensors of a model folder: those of {@code model.safetensors}, or of the shards that
 * {@code model.safetensors.index.json} lists. Thread-safe.
 */
final class FolderWeights implements StoredWeights {
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
            Map<String, TensorEntry> tensors = openFiles(folder, files, layout.keySet());
            Path listing = folder.resolve(files.containsKey(folder.resolve(WEIGHTS)) ? WEIGHTS : INDEX);
            layout.forEach((name, shape) -> StoredWeights.require(tensors, listing, name, shape));
            checked = true;
            return new FolderWeights(folder, files, tensors);
        } finally {
            if (!checked) {
                files.values().forEach(SafetensorsFile::close);
            }
        }
    }

    @Override
    public StoredWeights withTensors(Map<String, TensorEntry> others) {
        return new FolderWeights(folder, files, others);
    }

    @Override
    public Map<String, TensorEntry> tensors() {
        return tensors;
    }

    @Override
    public TensorEntry tensor(String name) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw CheckpointException.ofTensor(folder, name, "the tensor", "none of this name");
        }
        return entry;
    }

    @Override
    public ByteBuffer bytes(TensorEntry entry) {
        return fileOf(entry).map(entry);
    }

    private SafetensorsFile fileOf(TensorEntry entry) {
        SafetensorsFile file = files.get(entry.file());
        if (file == null) {
            throw new IllegalArgumentException("tensor " + entry.name() + " is of another checkpoint: " + entry.file());
        }
        return file;
    }

    @Override
    public void read(TensorEntry entry, long first, float[] into) {
        int size = entry.type().bytes();
        ByteBuffer bytes = ByteBuffer.wrap(fileOf(entry).sample(entry, first * size, into.length * size))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < into.length; i++) {
            into[i] = entry.type().get(bytes, i * size);
        }
    }

    @Override
    public String fingerprint() {
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

    static MessageDigest sha256() {
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

    private static Map<String, TensorEntry> openFiles(
            Path folder, Map<Path, SafetensorsFile> files, Set<String> needed) {
        Path single = folder.resolve(WEIGHTS);
        Path index = folder.resolve(INDEX);
        if (Files.exists(single)) {
            files.put(single, SafetensorsFile.open(single));
            return files.get(single).entries();
        }
        if (!Files.exists(index)) {
            throw CheckpointException.ofFile(folder, WEIGHTS + " or " + INDEX, "neither");
        }
        return openShards(folder, JsonFile.read(index).requireObject("weight_map"), files, needed);
    }

    private static Map<String, TensorEntry> openShards(
            Path folder, JsonFile weightMap, Map<Path, SafetensorsFile> files, Set<String> needed) {
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
            if (entry == null && needed.contains(name)) {
                throw CheckpointException.ofTensor(
                        shard, name, "the tensor, as " + INDEX + " says", "none of this name");
            }
            // Some files list a head that is the embedding; what nobody reads need not be there.
            if (entry != null) {
                tensors.put(name, entry);
            }
        }
        return tensors;
    }
}
