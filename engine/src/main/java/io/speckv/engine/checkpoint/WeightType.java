package io.speckv.engine.checkpoint;

import io.speckv.gguf.HalfPrecision;
import java.nio.ByteBuffer;

/** The number formats of weights that can be read; the constant names are those of safetensors headers. */
public enum WeightType {
    /** IEEE 754 single precision. */
    F32(Float.BYTES) {
        @Override
        public void put(ByteBuffer out, float value) {
            out.putFloat(value);
        }

        @Override
        public float get(ByteBuffer in, int byteIndex) {
            return in.getFloat(byteIndex);
        }
    },
    /** IEEE 754 half precision. */
    F16(Short.BYTES) {
        @Override
        public void put(ByteBuffer out, float value) {
            out.putShort(halfBits(value));
        }

        @Override
        public float get(ByteBuffer in, int byteIndex) {
            return HalfPrecision.value(in.getShort(byteIndex));
        }
    },
    /** The upper half of single precision. */
    BF16(Short.BYTES) {
        @Override
        public void put(ByteBuffer out, float value) {
            int bits = Float.floatToIntBits(value);
            // NaN is not rounded, because rounding its mantissa up could carry it into infinity.
            int rounded = Float.isNaN(value) ? bits : bits + 0x7FFF + ((bits >>> 16) & 1);
            out.putShort((short) (rounded >>> 16));
        }

        @Override
        public float get(ByteBuffer in, int byteIndex) {
            return Float.intBitsToFloat(in.getShort(byteIndex) << 16);
        }
    };

    private static final float HALF_SUBNORMAL_STEP = 0x1p-24f;
    private static final float HALF_OVERFLOW = 65520f;
    private static final float HALF_MIN_NORMAL = 0x1p-14f;

    private final int bytes;

    WeightType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the bytes of one number. */
    public int bytes() {
        return bytes;
    }

    /** Writes a number at the buffer's position, rounded to nearest, ties to even. */
    public abstract void put(ByteBuffer out, float value);

    /** Returns the number that starts at a byte of the buffer. */
    public abstract float get(ByteBuffer in, int byteIndex);

    /** Returns the number of this format that is nearest. */
    public float nearest(float value) {
        ByteBuffer one = ByteBuffer.allocate(Float.BYTES);
        put(one, value);
        return get(one, 0);
    }

    private static short halfBits(float value) {
        int sign = (Float.floatToRawIntBits(value) >>> 16) & 0x8000;
        float magnitude = Math.abs(value);
        if (Float.isNaN(value)) {
            return (short) (sign | 0x7E00);
        }
        if (magnitude >= HALF_OVERFLOW) {
            return (short) (sign | 0x7C00);
        }
        if (magnitude < HALF_MIN_NORMAL) {
            return (short) (sign | (int) Math.rint(magnitude / HALF_SUBNORMAL_STEP));
        }
        int bits = Float.floatToRawIntBits(magnitude);
        int rounded = bits + 0xFFF + ((bits >>> 13) & 1);
        return (short) (sign | ((rounded - (112 << 23)) >>> 13));
    }
}
