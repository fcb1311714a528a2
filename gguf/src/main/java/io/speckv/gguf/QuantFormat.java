package io.speckv.gguf;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a GGUF file stores the numbers of a tensor: in blocks of numbers that share scales.
 *
 * <p>Source: ggml's {@code ggml-quants.c} and {@code ggml-common.h}; blocks are little-endian.
 */
public enum QuantFormat {
    /** IEEE 754 single precision. */
    F32(0, 1, 4) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            into[first] = in.getFloat(at);
        }
    },
    /** IEEE 754 half precision. */
    F16(1, 1, 2) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            into[first] = half(in, at);
        }
    },
    /** Scale, 32 numbers of 4 bits around 8. */
    Q4_0(2, 32, 18) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            for (int i = 0; i < 16; i++) {
                int both = in.get(at + 2 + i) & 0xFF;
                into[first + i] = scale * ((both & 15) - 8);
                into[first + 16 + i] = scale * ((both >> 4) - 8);
            }
        }
    },
    /** Scale and least number, 32 numbers of 4 bits. */
    Q4_1(3, 32, 20) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            float least = half(in, at + 2);
            for (int i = 0; i < 16; i++) {
                int both = in.get(at + 4 + i) & 0xFF;
                into[first + i] = scale * (both & 15) + least;
                into[first + 16 + i] = scale * (both >> 4) + least;
            }
        }
    },
    /** Scale, 32 fifth bits, 32 numbers of 4 bits; around 16. */
    Q5_0(6, 32, 22) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            int high = in.getInt(at + 2);
            for (int i = 0; i < 16; i++) {
                int both = in.get(at + 6 + i) & 0xFF;
                into[first + i] = scale * (((both & 15) | (((high >>> i) & 1) << 4)) - 16);
                into[first + 16 + i] = scale * (((both >> 4) | (((high >>> (16 + i)) & 1) << 4)) - 16);
            }
        }
    },
    /** Scale and least number, 32 fifth bits, 32 numbers of 4 bits. */
    Q5_1(7, 32, 24) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            float least = half(in, at + 2);
            int high = in.getInt(at + 4);
            for (int i = 0; i < 16; i++) {
                int both = in.get(at + 8 + i) & 0xFF;
                into[first + i] = scale * ((both & 15) | (((high >>> i) & 1) << 4)) + least;
                into[first + 16 + i] = scale * ((both >> 4) | (((high >>> (16 + i)) & 1) << 4)) + least;
            }
        }
    },
    /** Scale, 32 signed bytes. */
    Q8_0(8, 32, 34) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            for (int i = 0; i < 32; i++) {
                into[first + i] = scale * in.get(at + 2 + i);
            }
        }
    },
    /** Two scales, eight pairs of 6-bit scales, 256 numbers of 4 bits. */
    Q4_K(12, 256, 144) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            float least = half(in, at + 2);
            for (int part = 0; part < 8; part++) {
                float partScale = scale * packedScale(in, at + 4, part);
                float partLeast = least * packedLeast(in, at + 4, part);
                for (int i = 0; i < 32; i++) {
                    int both = in.get(at + 16 + part / 2 * 32 + i) & 0xFF;
                    into[first + part * 32 + i] = partScale * ((both >> (part % 2 * 4)) & 15) - partLeast;
                }
            }
        }
    },
    /** As Q4_K, with a fifth bit for each number. */
    Q5_K(13, 256, 176) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at);
            float least = half(in, at + 2);
            for (int part = 0; part < 8; part++) {
                float partScale = scale * packedScale(in, at + 4, part);
                float partLeast = least * packedLeast(in, at + 4, part);
                for (int i = 0; i < 32; i++) {
                    int both = in.get(at + 48 + part / 2 * 32 + i) & 0xFF;
                    int high = (in.get(at + 16 + i) >> part) & 1;
                    into[first + part * 32 + i] =
                            partScale * (((both >> (part % 2 * 4)) & 15) | (high << 4)) - partLeast;
                }
            }
        }
    },
    /** 256 numbers of 4 and 2 bits around 32, sixteen signed scales, and a scale of these scales. */
    Q6_K(14, 256, 210) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            float scale = half(in, at + 208);
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < 128; i++) {
                    int quarter = i / 32;
                    int low = (in.get(at + half * 64 + i % 64) >> (quarter / 2 * 4)) & 15;
                    int high = (in.get(at + 128 + half * 32 + i % 32) >> (quarter * 2)) & 3;
                    float part = scale * in.get(at + 192 + half * 8 + i / 16);
                    into[first + half * 128 + i] = part * ((low | (high << 4)) - 32);
                }
            }
        }
    },
    /** The upper half of single precision. */
    BF16(30, 1, 2) {
        @Override
        void decodeBlock(ByteBuffer in, int at, float[] into, int first) {
            into[first] = Float.intBitsToFloat(in.getShort(at) << 16);
        }
    };

    private final int id;
    private final int block;
    private final int blockBytes;

    QuantFormat(int id, int block, int blockBytes) {
        this.id = id;
        this.block = block;
        this.blockBytes = blockBytes;
    }

    static Optional<QuantFormat> of(int id) {
        return Arrays.stream(values()).filter(format -> format.id == id).findFirst();
    }

    /** Returns the numbers of a block. The length of a row is a multiple of it. */
    public int block() {
        return block;
    }

    /** Returns the bytes of a row of {@code numbers} numbers, which must be a multiple of {@link #block}. */
    public long rowBytes(long numbers) {
        return numbers / block * blockBytes;
    }

    /** Returns whether each number is stored on its own, without scales. */
    public boolean isPlain() {
        return block == 1;
    }

    /**
     * Computes the numbers of whole blocks.
     *
     * @param in little-endian
     * @param at first byte of the first block
     * @param into filled from its beginning; its length must be a multiple of {@link #block}
     */
    public void decode(ByteBuffer in, int at, float[] into) {
        for (int i = 0; i < into.length / block; i++) {
            decodeBlock(in, at + i * blockBytes, into, i * block);
        }
    }

    abstract void decodeBlock(ByteBuffer in, int at, float[] into, int first);

    /**
     * Returns one of eight scales of 6 bits in 12 bytes. The upper two bits of the last four scales are in the first eight
     * bytes.
     */
    private static int packedScale(ByteBuffer in, int at, int part) {
        return part < 4
                ? in.get(at + part) & 63
                : (in.get(at + part + 4) & 15) | (((in.get(at + part - 4) >> 6) & 3) << 4);
    }

    /** Returns the least number that belongs to a scale. */
    private static int packedLeast(ByteBuffer in, int at, int part) {
        return part < 4
                ? in.get(at + part + 4) & 63
                : ((in.get(at + part + 4) >> 4) & 15) | (((in.get(at + part) >> 6) & 3) << 4);
    }

    private static float half(ByteBuffer in, int at) {
        return HalfPrecision.value(in.getShort(at));
    }
}
