package io.speckv.engine.quant;

/**
 * A matrix {@code [rows, columns]} of a linear layer, computed from its stored codes. Rows are outputs and columns are
 * inputs, whatever the order of codes in the file. Thread-safe.
 */
public sealed interface QuantizedMatrix permits ScaledMatrix, GroupedMatrix, CodebookMatrix {
    /** Returns the outputs of the layer. */
    int rows();

    /** Returns the inputs of the layer. */
    int columns();

    /**
     * Computes one row in float32.
     *
     * @param row from 0 to {@code rows() - 1}
     * @param into its first {@code columns()} numbers are filled
     */
    void readRow(int row, float[] into);
}
