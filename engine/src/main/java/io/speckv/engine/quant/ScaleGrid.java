package io.speckv.engine.quant;

/**
 * Which scale a number of a matrix has. There is one scale for each block of rows and columns. Blocks at the edges may be
 * smaller.
 *
 * @param blockRows rows of a block, at least 1
 * @param blockColumns columns of a block, at least 1
 * @param across number of blocks side by side
 */
public record ScaleGrid(int blockRows, int blockColumns, int across) {
    public ScaleGrid {
        if (blockRows < 1 || blockColumns < 1 || across < 1) {
            throw new IllegalArgumentException(
                    "blocks must be positive, were " + blockRows + " by " + blockColumns + ", " + across + " across");
        }
    }

    /** Returns the grid of a matrix {@code [rows, columns]} in blocks of this size. */
    public static ScaleGrid of(int blockRows, int blockColumns, int columns) {
        return new ScaleGrid(blockRows, blockColumns, blocks(columns, blockColumns));
    }

    /** Returns how many rows of blocks a matrix of {@code rows} rows has. */
    public int down(int rows) {
        return blocks(rows, blockRows);
    }

    /** Returns how many blocks of {@code size} hold {@code numbers} numbers; the last block may be smaller. */
    public static int blocks(long numbers, int size) {
        return Math.toIntExact((numbers + size - 1) / size);
    }

    int index(int row, int column) {
        return row / blockRows * across + column / blockColumns;
    }
}
