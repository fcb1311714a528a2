package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.quant.QuantizedMatrix;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * The tensors of a model folder with some quantised matrices. The file decides for each matrix: a {@code weight} in a format
 * of weights is read unchanged, whatever the config says. Thread-safe.
 *
 * <p>Matrices that are computed get offsets as if they lay one after the other in float32.
 */
final class QuantizedWeights implements StoredWeights {
    private final FolderWeights folder;
    private final Quantization quantization;
    private final NavigableMap<Long, QuantizedMatrix> byOffset;
    private final Map<String, TensorEntry> tensors;

    private QuantizedWeights(
            FolderWeights folder,
            Quantization quantization,
            NavigableMap<Long, QuantizedMatrix> byOffset,
            Map<String, TensorEntry> tensors) {
        this.folder = folder;
        this.quantization = quantization;
        this.byOffset = byOffset;
        this.tensors = tensors;
    }

    /**
     * Returns the open weights of a folder; the caller closes them.
     *
     * @param layout shape of every tensor that must be there, by name
     * @param parts rows of each matrix within a stored matrix, by the stored matrix's name
     * @throws CheckpointException if a file is missing, damaged or of an unsupported kind, or if a tensor, or a tensor that
     *     it is computed from, is missing or has the wrong shape
     */
    static QuantizedWeights open(
            Path path, Map<String, long[]> layout, Map<String, int[]> parts, Quantization quantization) {
        FolderWeights folder = FolderWeights.openAll(path, layout.keySet());
        boolean checked = false;
        try {
            QuantizedWeights weights = of(folder, layout, parts, quantization);
            checked = true;
            return weights;
        } finally {
            if (!checked) {
                folder.close();
            }
        }
    }

    private static QuantizedWeights of(
            FolderWeights folder, Map<String, long[]> layout, Map<String, int[]> parts, Quantization quantization) {
        NavigableMap<Long, QuantizedMatrix> byOffset = new TreeMap<>();
        Map<String, TensorEntry> tensors = new HashMap<>(folder.tensors());
        SharedGroups shared = new SharedGroups();
        long offset = 0;
        for (Map.Entry<String, long[]> needed : layout.entrySet()) {
            String name = needed.getKey();
            long[] shape = needed.getValue();
            if (shape.length == 2 && name.endsWith(QuantizedModule.WEIGHT) && !tensors.containsKey(name)) {
                QuantizedModule module = new QuantizedModule(
                        folder, name, shape, parts.getOrDefault(name, new int[] {Math.toIntExact(shape[0])}), shared);
                byOffset.put(offset, quantization.matrix(module));
                long bytes = shape[0] * shape[1] * Float.BYTES;
                tensors.put(name, new TensorEntry(name, WeightType.F32, shape, folder.listing(), offset, bytes, false));
                offset += bytes;
            } else {
                folder.refuseCoded(name, "as only matrices are read quantised");
            }
            StoredWeights.require(tensors, folder.listing(), name, shape);
        }
        return new QuantizedWeights(folder, quantization, byOffset, tensors);
    }

    @Override
    public Map<String, TensorEntry> tensors() {
        return tensors;
    }

    @Override
    public StoredWeights withTensors(Map<String, TensorEntry> others) {
        return new QuantizedWeights(folder, quantization, byOffset, others);
    }

    @Override
    public TensorEntry tensor(String name) {
        TensorEntry entry = tensors.get(name);
        return entry == null ? folder.tensor(name) : entry;
    }

    @Override
    public ByteBuffer bytes(TensorEntry entry) {
        if (!entry.isPlain()) {
            throw new IllegalArgumentException(entry.name() + " is not stored as plain numbers");
        }
        return folder.bytes(entry);
    }

    @Override
    public void read(TensorEntry entry, long first, float[] into) {
        if (entry.isPlain()) {
            folder.read(entry, first, into);
            return;
        }
        Map.Entry<Long, QuantizedMatrix> found = byOffset.floorEntry(entry.offset());
        QuantizedMatrix matrix = found.getValue();
        int columns = matrix.columns();
        long from = (entry.offset() - found.getKey()) / Float.BYTES + first;
        float[] row = new float[columns];
        int done = 0;
        while (done < into.length) {
            int column = (int) ((from + done) % columns);
            int count = Math.min(columns - column, into.length - done);
            matrix.readRow((int) ((from + done) / columns), row);
            System.arraycopy(row, column, into, done, count);
            done += count;
        }
    }

    @Override
    public String fingerprint() {
        return folder.fingerprint();
    }

    /** Some folders are not quantised, and only say how to quantise them at load. */
    @Override
    public String format() {
        return byOffset.isEmpty() ? folder.format() : quantization.description();
    }

    @Override
    public void close() {
        folder.close();
    }
}
