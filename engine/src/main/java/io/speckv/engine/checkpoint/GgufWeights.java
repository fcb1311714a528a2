package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.GgufConfig;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.gguf.GgufFile;
import io.speckv.gguf.StoredTensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The tensors of a GGUF file under Hugging Face's names and in its conventions: rows of queries and keys in its order of
 * channels, norms as it stores them. Thread-safe.
 */
final class GgufWeights implements StoredWeights {
    private static final int SAMPLED_BYTES = 256;

    private final GgufFile file;
    private final ModelShape shape;
    private final NavigableMap<Long, Stored> byOffset;
    private final Map<String, TensorEntry> tensors;

    /** A tensor as the file stores it, and how it becomes Hugging Face's. */
    private record Stored(String name, StoredTensor tensor, boolean inPairs, boolean plusOne) {
        boolean isPlain() {
            return tensor.format().isPlain() && !inPairs && !plusOne;
        }
    }

    private GgufWeights(
            GgufFile file, ModelShape shape, NavigableMap<Long, Stored> byOffset, Map<String, TensorEntry> tensors) {
        this.file = file;
        this.shape = shape;
        this.byOffset = byOffset;
        this.tensors = tensors;
    }

    /**
     * Returns the weights of an open file. They own the file from now on.
     *
     * @param layout shape of every tensor that must be there, by Hugging Face's name
     * @throws CheckpointException if a tensor is missing, of another shape, or of a format that cannot be read
     */
    static GgufWeights of(GgufFile file, ModelShape shape, Map<String, long[]> layout) {
        NavigableMap<Long, Stored> byOffset = new TreeMap<>();
        Map<String, TensorEntry> tensors = new LinkedHashMap<>();
        layout.forEach((name, size) -> {
            String stored = GgufNaming.of(name, shape.architecture());
            StoredTensor tensor = require(file, stored, size);
            Stored found = new Stored(
                    name,
                    tensor,
                    GgufConfig.keepsPairsTogether(shape.architecture())
                            && name.matches(".*\\.[qk]_proj\\.(weight|bias)"),
                    GgufConfig.addsOneToNorms(shape.architecture()) && name.endsWith("norm.weight"));
            byOffset.put(tensor.offset(), found);
            tensors.put(name, entry(file.file(), found));
        });
        refuseOthers(file, byOffset);
        return new GgufWeights(file, shape, byOffset, tensors);
    }

    /** Failures name the tensor as the file does. */
    private static StoredTensor require(GgufFile file, String stored, long[] size) {
        StoredTensor tensor = file.tensors().get(stored);
        if (tensor == null && file.unreadable().containsKey(stored)) {
            throw CheckpointException.ofTensor(
                    file.file(),
                    stored,
                    "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K or Q6_K",
                    "ggml's format " + file.unreadable().get(stored));
        }
        if (tensor == null) {
            throw CheckpointException.ofTensor(
                    file.file(), stored, "the tensor in shape " + Arrays.toString(size), "none of this name");
        }
        if (!Arrays.equals(tensor.shape(), size)) {
            throw CheckpointException.ofTensor(
                    file.file(), stored, "shape " + Arrays.toString(size), Arrays.toString(tensor.shape()));
        }
        if (size.length == 1 && !tensor.format().isPlain()) {
            throw CheckpointException.ofTensor(
                    file.file(),
                    stored,
                    "F32, F16 or BF16, as only matrices are stored in blocks",
                    tensor.format().toString());
        }
        return tensor;
    }

    /** Tensors for which the model would need another graph must not be ignored silently. */
    private static void refuseOthers(GgufFile file, NavigableMap<Long, Stored> byOffset) {
        Set<String> known = new HashSet<>(GgufConfig.ROPE_FACTORS);
        byOffset.values().forEach(stored -> known.add(stored.tensor.name()));
        Stream.concat(file.tensors().keySet().stream(), file.unreadable().keySet().stream())
                .filter(name -> !known.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw CheckpointException.ofTensor(
                            file.file(),
                            name,
                            "no tensor beside those that a model of this family consists of",
                            "the tensor");
                });
    }

    private static TensorEntry entry(Path file, Stored stored) {
        StoredTensor tensor = stored.tensor;
        WeightType type = switch (tensor.format()) {
            case F16 -> WeightType.F16;
            case BF16 -> WeightType.BF16;
            default -> WeightType.F32;
        };
        return new TensorEntry(
                stored.name,
                stored.isPlain() ? type : WeightType.F32,
                tensor.shape(),
                file,
                tensor.offset(),
                tensor.length(),
                stored.isPlain());
    }

    @Override
    public Map<String, TensorEntry> tensors() {
        return tensors;
    }

    @Override
    public StoredWeights withTensors(Map<String, TensorEntry> others) {
        return new GgufWeights(file, shape, byOffset, others);
    }

    @Override
    public TensorEntry tensor(String name) {
        TensorEntry entry = tensors.get(name);
        if (entry == null) {
            throw CheckpointException.ofTensor(file.file(), name, "the tensor", "none of this name");
        }
        return entry;
    }

    @Override
    public ByteBuffer bytes(TensorEntry entry) {
        if (!entry.isPlain()) {
            throw new IllegalArgumentException(entry.name() + " is not stored as plain numbers");
        }
        if (entry.length() > Integer.MAX_VALUE) {
            throw CheckpointException.ofTensor(
                    file.file(), entry.name(), "at most 2^31 - 1 bytes", entry.length() + " bytes");
        }
        return file.map(entry.offset(), entry.length());
    }

    @Override
    public void read(TensorEntry entry, long first, float[] into) {
        Stored stored = byOffset.floorEntry(entry.offset()).getValue();
        StoredTensor tensor = stored.tensor;
        // A vector is a matrix of one column: its numbers may be in pairs, or belong to several biases.
        int columns = tensor.shape().length == 1 ? 1 : tensor.columns();
        int rowBytes = (int) tensor.format().rowBytes(columns);
        long firstRow = first / columns;
        int rows = (int) ((first + into.length - 1) / columns - firstRow) + 1;
        long rowsBefore = (entry.offset() - tensor.offset()) / rowBytes + firstRow;
        // Rows that stay in their order are read in one go.
        ByteBuffer together =
                stored.inPairs ? null : file.bytes(tensor.offset() + rowsBefore * rowBytes, rows * rowBytes);
        float[] numbers = new float[columns];
        int done = 0;
        for (int row = 0; row < rows; row++) {
            int column = (int) ((first + done) % columns);
            int count = Math.min(columns - column, into.length - done);
            if (together != null) {
                tensor.format().decode(together, row * rowBytes, numbers);
            } else {
                long at = tensor.offset() + storedRow(rowsBefore + row) * rowBytes;
                tensor.format().decode(file.bytes(at, rowBytes), 0, numbers);
            }
            for (int i = 0; i < count; i++) {
                into[done + i] = numbers[column + i] - (stored.plusOne ? 1 : 0);
            }
            done += count;
        }
    }

    /** Hugging Face pairs channels that are half a head apart; these files pair neighbours. */
    private long storedRow(long row) {
        int headDim = shape.headDim();
        int half = headDim / 2;
        long channel = row % headDim;
        return row - channel + channel % half * 2 + channel / half;
    }

    @Override
    public String fingerprint() {
        var digest = FolderWeights.sha256();
        for (Stored stored : byOffset.values()) {
            StoredTensor tensor = stored.tensor;
            String header = stored.name + ' ' + tensor.format() + ' ' + Arrays.toString(tensor.shape()) + '\n';
            digest.update(header.getBytes(StandardCharsets.UTF_8));
            int sampled = (int) Math.min(SAMPLED_BYTES, tensor.length());
            digest.update(file.bytes(tensor.offset(), sampled));
            digest.update(file.bytes(tensor.offset() + (tensor.length() - sampled) / 2, sampled));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public String format() {
        return "gguf, " + StoredWeights.words(byOffset.values().stream().map(stored -> stored.tensor.format()));
    }

    @Override
    public void close() {
        file.close();
    }
}
