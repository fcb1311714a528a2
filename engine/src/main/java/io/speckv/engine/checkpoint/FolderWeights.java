package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.JsonFile;
import io.speckv.engine.checkpoint.config.LanguagePart;
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
import java.util.Objects;
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
    private final Map<String, FileTensor> coded;

    private FolderWeights(
            Path folder,
            Map<Path, SafetensorsFile> files,
            Map<String, TensorEntry> tensors,
            Map<String, FileTensor> coded) {
        this.folder = folder;
        this.files = files;
        this.tensors = tensors;
        this.coded = coded;
    }

    /**
     * Returns the open weights of a folder whose weights are not quantised; the caller closes them.
     *
     * @param layout shape of every tensor that must be there, by name
     * @throws CheckpointException if a file is missing, damaged or of an unsupported kind, or a tensor is missing or has
     *     the wrong shape
     */
    static FolderWeights open(Path folder, Map<String, long[]> layout) {
        FolderWeights weights = openAll(folder, layout.keySet());
        boolean checked = false;
        try {
            layout.forEach((name, shape) -> {
                weights.refuseCoded(name, "as config.json has no quantization_config that says how others are read");
                StoredWeights.require(weights.tensors, weights.listing(), name, shape);
            });
            checked = true;
            return weights;
        } finally {
            if (!checked) {
                weights.close();
            }
        }
    }

    /** Returns the weights of a folder in whatever format its files hold them; the caller closes them. */
    static FolderWeights openAll(Path folder, Set<String> needed) {
        Map<Path, SafetensorsFile> files = new HashMap<>();
        FolderWeights weights = new FolderWeights(folder, files, new HashMap<>(), new HashMap<>());
        boolean opened = false;
        try {
            weights.openFiles(needed);
            opened = true;
            return weights;
        } finally {
            if (!opened) {
                weights.close();
            }
        }
    }

    /** Returns the file that lists the tensors. */
    Path listing() {
        return folder.resolve(files.containsKey(folder.resolve(WEIGHTS)) ? WEIGHTS : INDEX);
    }

    /** Returns, by name, the tensors in formats that plain weights are never stored in. */
    Map<String, FileTensor> coded() {
        return coded;
    }

    /** Returns a direct, read-only, little-endian view of the bytes of any tensor. */
    ByteBuffer bytes(FileTensor tensor) {
        return Objects.requireNonNull(files.get(tensor.file()), tensor.name()).map(tensor);
    }

    /** Fails if a tensor exists in a format that plain weights are never stored in. */
    void refuseCoded(String name, String why) {
        FileTensor found = coded.get(name);
        if (found != null) {
            throw CheckpointException.ofTensor(
                    found.file(),
                    name,
                    "dtype F32, F16 or BF16, " + why,
                    found.dtype().toString());
        }
    }

    @Override
    public StoredWeights withTensors(Map<String, TensorEntry> others) {
        return new FolderWeights(folder, files, others, coded);
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
        ByteBuffer bytes = ByteBuffer.wrap(fileOf(entry).sample(entry.offset() + first * size, into.length * size))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < into.length; i++) {
            into[i] = entry.type().get(bytes, i * size);
        }
    }

    @Override
    public String fingerprint() {
        MessageDigest digest = sha256();
        new TreeMap<>(tensors)
                .values()
                .forEach(entry -> sample(
                        digest,
                        entry.name() + ' ' + entry.type() + ' ' + Arrays.toString(entry.shape()),
                        entry.file(),
                        entry.offset(),
                        entry.length()));
        new TreeMap<>(coded)
                .values()
                .forEach(tensor -> sample(
                        digest,
                        tensor.name() + ' ' + tensor.dtype() + ' ' + Arrays.toString(tensor.shape()),
                        tensor.file(),
                        tensor.offset(),
                        tensor.length()));
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public String format() {
        return StoredWeights.words(tensors.values().stream().map(TensorEntry::type));
    }

    private void sample(MessageDigest digest, String header, Path file, long offset, long length) {
        digest.update((header + '\n').getBytes(StandardCharsets.UTF_8));
        int sampled = (int) Math.min(SAMPLED_BYTES, length);
        SafetensorsFile open = files.get(file);
        if (open != null) {
            digest.update(open.sample(offset, sampled));
            digest.update(open.sample(offset + (length - sampled) / 2, sampled));
        }
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

    private void openFiles(Set<String> needed) {
        Path single = folder.resolve(WEIGHTS);
        Path index = folder.resolve(INDEX);
        if (Files.exists(single)) {
            SafetensorsFile file = SafetensorsFile.open(single);
            files.put(single, file);
            file.entries().forEach((name, entry) -> tensors.put(LanguagePart.tensorName(name), entry));
            file.coded().forEach((name, tensor) -> coded.put(LanguagePart.tensorName(name), tensor));
        } else if (Files.exists(index)) {
            openShards(JsonFile.read(index).requireObject("weight_map"), needed);
        } else {
            throw CheckpointException.ofFile(folder, WEIGHTS + " or " + INDEX, "neither");
        }
    }

    private void openShards(JsonFile weightMap, Set<String> needed) {
        for (String name : weightMap.keys()) {
            String shardName = weightMap.requireText(name);
            if (!shardName.equals(String.valueOf(Path.of(shardName).getFileName()))) {
                throw weightMap.unexpected(name, "the name of a file in the same folder");
            }
            Path shard = folder.resolve(shardName);
            SafetensorsFile file = files.computeIfAbsent(shard, SafetensorsFile::open);
            // Some files list a head although the embedding serves as the head. A tensor that is not read may be
            // missing.
            String plain = LanguagePart.tensorName(name);
            if (file.entries().containsKey(name)) {
                tensors.put(plain, file.entries().get(name));
            } else if (file.coded().containsKey(name)) {
                coded.put(plain, file.coded().get(name));
            } else if (needed.contains(plain)) {
                throw CheckpointException.ofTensor(
                        shard, name, "the tensor, as " + INDEX + " says", "none of this name");
            }
        }
    }
}
