package io.speckv.bench.gguf;

import io.speckv.engine.checkpoint.WeightType;
import java.nio.ByteBuffer;

/** How a GGUF file stores the numbers of a tensor. */
public enum GgufType {
    /** IEEE 754 single precision. */
    F32(0, 0, 1, Float.BYTES) {
        @Override
        void putBlock(ByteBuffer out, float[] row, int begin) {
            WeightType.F32.put(out, row[begin]);
        }
    },
    /** The upper half of single precision. */
    BF16(30, 32, 1, Short.BYTES) {
        @Override
        void putBlock(ByteBuffer out, float[] row, int begin) {
            WeightType.BF16.put(out, row[begin]);
        }
    },
    /** Blocks of 32 signed bytes with one half-precision scale: the largest magnitude becomes 127. */
    Q8_0(8, 7, 32, Short.BYTES + 32) {
        @Override
        void putBlock(ByteBuffer out, float[] row, int begin) {
            float largest = 0;
            for (int i = begin; i < begin + block(); i++) {
                largest = Math.max(largest, Math.abs(row[i]));
            }
            float scale = largest / Byte.MAX_VALUE;
            WeightType.F16.put(out, scale);
            for (int i = begin; i < begin + block(); i++) {
                out.put((byte) (scale == 0 ? 0 : Math.round(row[i] / scale)));
            }
        }
    };

    private final int id;
    private final int fileType;
    private final int block;
    private final int blockBytes;

    GgufType(int id, int fileType, int block, int blockBytes) {
        this.id = id;
        this.fileType = fileType;
        this.block = block;
        this.blockBytes = blockBytes;
    }

    /** Returns the id of this type in tensor descriptions. */
    int id() {
        return id;
    }

    /** Returns the {@code general.file_type} of files whose matrices are of this type. */
    int fileType() {
        return fileType;
    }

    /** Returns how many numbers are stored together; rows must be a multiple of it. */
    int block() {
        return block;
    }

    /** Returns the bytes of a row of so many numbers. */
    long rowBytes(long numbers) {
        return numbers / block * blockBytes;
    }

    /** Writes a row, whose length must be a multiple of {@link #block}. */
    void putRow(ByteBuffer out, float[] row) {
        for (int begin = 0; begin < row.length; begin += block) {
            putBlock(out, row, begin);
        }
    }

    abstract void putBlock(ByteBuffer out, float[] row, int begin);
}
