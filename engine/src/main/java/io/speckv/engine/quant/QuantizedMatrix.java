package io.speckv.engine.quant;

/**
 * A matrix {@code [rows, columns]} as a linear layer multiplies by it, computed from what is stored of it. Rows are outputs,
 * columns inputs, however the codes lie in the file. Thread-safe.
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
     * @param into the {@code columns()} first numbers are filled
     */
    void readRow(int row, float[] into);
}
