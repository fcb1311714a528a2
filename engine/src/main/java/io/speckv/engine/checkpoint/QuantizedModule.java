package io.speckv.engine.checkpoint;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.JsonFile;
import io.speckv.engine.quant.StoredNumbers;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tensors that a folder stores for one linear layer with a quantised matrix, by the suffix after the layer's name. */
final class QuantizedModule {
    static final String WEIGHT = ".weight";

    private final FolderWeights folder;
    private final String name;
    private final int rows;
    private final int columns;
    private final int[] parts;
    private final SharedGroups shared;

    /**
     * @param weight name of the matrix, ending in {@link #WEIGHT}
     * @param shape rows (outputs) and columns (inputs) of the matrix
     * @param parts rows of each matrix that is stored in it, from the top; a single number if it holds only itself
     * @param shared by all modules of the folder
     */
    QuantizedModule(FolderWeights folder, String weight, long[] shape, int[] parts, SharedGroups shared) {
        this.folder = folder;
        this.name = weight.substring(0, weight.length() - WEIGHT.length());
        this.rows = Math.toIntExact(shape[0]);
        this.columns = Math.toIntExact(shape[1]);
        this.parts = parts;
        this.shared = shared;
    }

    /** Returns the layer's name, such as {@code model.layers.0.mlp.up_proj}. */
    String name() {
        return name;
    }

    /**
     * Returns the layer's name in its file, which has a prefix in models of text and pictures. The tensor {@code suffix}
     * must exist.
     */
    String publishedName(String suffix) {
        FileTensor coded = folder.coded().get(name + suffix);
        String stored = coded == null ? entry(suffix).name() : coded.name();
        return stored.substring(0, stored.length() - suffix.length());
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    boolean has(String suffix) {
        return folder.coded().containsKey(name + suffix) || folder.tensors().containsKey(name + suffix);
    }

    /** Returns the shape of a tensor that must exist. */
    long[] shape(String suffix) {
        FileTensor coded = folder.coded().get(name + suffix);
        if (coded != null) {
            return coded.shape();
        }
        return entry(suffix).shape();
    }

    private TensorEntry entry(String suffix) {
        TensorEntry entry = folder.tensors().get(name + suffix);
        if (entry == null) {
            throw missing(suffix);
        }
        return entry;
    }

    /** Returns whether a tensor, which must exist, holds nothing but zeros. */
    boolean isZero(String suffix) {
        FileTensor coded = folder.coded().get(name + suffix);
        ByteBuffer bytes = coded == null ? folder.bytes(entry(suffix)) : folder.bytes(coded);
        return bytes.mismatch(ByteBuffer.allocate(bytes.remaining())) < 0;
    }

    /** Returns the shape of a tensor that must exist and have two axes. */
    long[] table(String suffix) {
        long[] found = shape(suffix);
        if (found.length != 2) {
            throw wrongShape(suffix, "of two axes");
        }
        return found;
    }

    /** Returns codes or indices, which must exist in one of {@code dtypes}. */
    FileTensor require(String suffix, Dtype... dtypes) {
        FileTensor found = folder.coded().get(name + suffix);
        TensorEntry weights = folder.tensors().get(name + suffix);
        String expected = Stream.of(dtypes).map(Dtype::toString).collect(Collectors.joining(" or ", "dtype ", ""));
        if (found == null) {
            throw weights == null
                    ? missing(suffix)
                    : unexpected(suffix, expected, weights.type().toString());
        }
        if (!Arrays.asList(dtypes).contains(found.dtype())) {
            throw unexpected(suffix, expected, found.dtype().toString());
        }
        return found;
    }

    /** Returns the bytes of codes or indices, which must exist in one of {@code dtypes} and in this shape. */
    ByteBuffer bytes(String suffix, long[] shape, Dtype... dtypes) {
        FileTensor found = require(suffix, dtypes);
        if (!Arrays.equals(found.shape(), shape)) {
            throw wrongShape(suffix, Arrays.toString(shape));
        }
        return folder.bytes(found);
    }

    /** Returns the bytes of a tensor of one number, which must exist, with any number of axes. */
    ByteBuffer single(String suffix, Dtype dtype) {
        FileTensor found = require(suffix, dtype);
        if (found.length() != dtype.bytes()) {
            throw wrongShape(suffix, "of a single number");
        }
        return folder.bytes(found);
    }

    /** Returns scales, which must exist in a format of weights or of one byte. The caller checks their shape. */
    StoredNumbers numbers(String suffix) {
        TensorEntry entry = folder.tensors().get(name + suffix);
        if (entry != null) {
            ByteBuffer bytes = folder.bytes(entry);
            int size = entry.type().bytes();
            return index -> entry.type().get(bytes, index * size);
        }
        FileTensor found = require(suffix, Dtype.F8_E8M0, Dtype.F8_E4M3, Dtype.I8);
        ByteBuffer bytes = folder.bytes(found);
        return index -> found.dtype().byteFormat().orElseThrow().of(bytes.get(index));
    }

    /** As {@link #numbers(String)}, but the shape is checked. */
    StoredNumbers numbers(String suffix, long... shape) {
        if (!Arrays.equals(shape(suffix), shape)) {
            throw wrongShape(suffix, Arrays.toString(shape));
        }
        return numbers(suffix);
    }

    /**
     * Returns scales of whole matrices if several are stored as one and each has its own scale; empty for any other shape.
     *
     * @return the scales by row
     */
    Optional<StoredNumbers> byPart(String suffix) {
        long[] found = shape(suffix);
        boolean each =
                Arrays.equals(found, new long[] {parts.length}) || Arrays.equals(found, new long[] {parts.length, 1});
        if (parts.length == 1 || !each) {
            return Optional.empty();
        }
        StoredNumbers numbers = numbers(suffix);
        return Optional.of(row -> numbers.at(partOf(row)));
    }

    private int partOf(int row) {
        int part = 0;
        for (int end = parts[0]; end <= row; end += parts[part]) {
            part++;
        }
        return part;
    }

    /** Returns the JSON object whose text a tensor of bytes holds. */
    JsonFile json(String suffix) {
        FileTensor found = require(suffix, Dtype.U8);
        ByteBuffer bytes = folder.bytes(found);
        byte[] text = new byte[bytes.remaining()];
        bytes.get(text);
        return JsonFile.ofTensor(found.file(), found.name(), text);
    }

    /**
     * Returns the group of every column from a tensor of indices, which must exist; -1 where no group was set.
     *
     * @param groups number of groups
     */
    int[] groups(String suffix, int groups) {
        ByteBuffer indices = bytes(suffix, new long[] {columns}, Dtype.I32);
        int[] groupOf = new int[columns];
        for (int column = 0; column < columns; column++) {
            groupOf[column] = indices.getInt(column * Integer.BYTES);
            if (groupOf[column] >= groups || groupOf[column] < -1) {
                throw unexpected(suffix, "groups from 0 to " + (groups - 1), groupOf[column] + " for column " + column);
            }
        }
        return shared.of(groupOf);
    }

    /** Returns the group of every column for groups of {@code size} columns; the last group may be smaller. */
    int[] groupsOf(int size) {
        int[] groupOf = new int[columns];
        Arrays.setAll(groupOf, column -> column / size);
        return shared.of(groupOf);
    }

    CheckpointException missing(String suffix) {
        return missing(suffix, has(WEIGHT) && !suffix.equals(WEIGHT) ? "which " + name + WEIGHT + " is read by" : "");
    }

    /**
     * Returns the failure of a missing tensor.
     *
     * @param why it should exist; may be empty
     */
    CheckpointException missing(String suffix, String why) {
        return CheckpointException.ofTensor(
                folder.listing(),
                name + suffix,
                why.isEmpty() ? "the tensor" : "the tensor, " + why,
                "none of this name");
    }

    /** Returns the failure if both of two tensors are missing, one of which must exist. */
    CheckpointException missingBoth(String suffix, String other) {
        return missing(suffix, "or " + name + other);
    }

    /**
     * Fails unless the codes exist. The failure names the codes if the scales exist, else the matrix, which might have been
     * stored unquantised.
     */
    void requireCodes(String codes, String scales) {
        if (!has(codes)) {
            throw has(scales) ? missing(codes) : missingBoth(WEIGHT, codes);
        }
    }

    CheckpointException wrongShape(String suffix, String expected) {
        return unexpected(suffix, "shape " + expected, Arrays.toString(shape(suffix)));
    }

    CheckpointException unexpected(String suffix, String expected, String found) {
        FileTensor coded = folder.coded().get(name + suffix);
        return CheckpointException.ofTensor(
                coded == null ? folder.tensor(name + suffix).file() : coded.file(), name + suffix, expected, found);
    }
}
