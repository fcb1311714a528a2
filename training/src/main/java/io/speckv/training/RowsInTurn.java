package io.speckv.training;

import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.engine.checkpoint.TensorSource;
import java.util.Arrays;
import java.util.List;

/** The numbers of some tensors, one tensor after the other, read in pieces as they are asked for. */
final class RowsInTurn implements SafetensorsWriter.Numbers {
    private static final int PIECE = 1 << 20;

    private final TensorSource source;
    private final List<TensorEntry> entries;

    private float[] piece = new float[0];
    private long pieceBegins;

    RowsInTurn(TensorSource source, List<TensorEntry> entries) {
        this.source = source;
        this.entries = entries;
    }

    @Override
    public float at(long index) {
        if (index < pieceBegins || index >= pieceBegins + piece.length) {
            read(index);
        }
        return piece[(int) (index - pieceBegins)];
    }

    private void read(long index) {
        long before = 0;
        for (TensorEntry entry : entries) {
            long count = Arrays.stream(entry.shape()).reduce(1, Math::multiplyExact);
            if (index < before + count) {
                piece = new float[(int) Math.min(PIECE, before + count - index)];
                pieceBegins = index;
                source.read(entry, index - before, piece);
                return;
            }
            before += count;
        }
        throw new IndexOutOfBoundsException("number " + index + " of " + before);
    }
}
