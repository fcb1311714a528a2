package io.speckv.bench.gguf;

/**
 * A tensor that is written row by row.
 *
 * @param axes 1 for a vector, 2 for a matrix
 * @param rows 1 for a vector
 * @param columns numbers in a row
 */
record GgufTensor(String name, GgufType type, int axes, int rows, int columns, Rows source) {
    /** Gives the numbers of a tensor. */
    @FunctionalInterface
    interface Rows {
        /** Fills {@code into} with a row. */
        void read(int row, float[] into);
    }

    GgufTensor {
        if (columns % type.block() != 0) {
            throw new IllegalArgumentException(
                    name + " has rows of " + columns + " numbers; " + type + " needs a multiple of " + type.block());
        }
    }

    long bytes() {
        return rows * type.rowBytes(columns);
    }
}
