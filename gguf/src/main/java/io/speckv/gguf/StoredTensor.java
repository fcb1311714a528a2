package io.speckv.gguf;

/**
 * Where one tensor lies in a GGUF file, already checked against the size of that file.
 *
 * @param name in GGUF's own naming, such as {@code blk.0.attn_q.weight}
 * @param shape sizes of its axes, outermost first; borrowed, do not change it
 * @param offset first byte in the file
 * @param length bytes
 */
@SuppressWarnings("ArrayRecordComponent") // Looked up by name and never compared.
public record StoredTensor(String name, QuantFormat format, long[] shape, long offset, long length) {
    /** Returns how many numbers a row has. */
    public int columns() {
        return (int) shape[shape.length - 1];
    }

    /** Returns the bytes of a row. */
    public long rowBytes() {
        return format.rowBytes(columns());
    }
}
