package io.speckv.engine.quant;

/** Number formats of one byte. */
public enum ByteFormat {
    /** Two's complement, -128 to 127. */
    INT8 {
        @Override
        float value(int bits) {
            return (byte) bits;
        }
    },
    /** Sign, 4 bits of exponent, 3 of mantissa; up to 448, no infinity. */
    FLOAT8_E4M3 {
        @Override
        float value(int bits) {
            int magnitude = bits & 0x7F;
            return signed(bits, magnitude == 0x7F ? Float.NaN : scaled(magnitude >>> 3, magnitude & 7, 3, 7));
        }
    },
    /** Sign, 5 bits of exponent, 2 of mantissa, as the upper half of IEEE 754's half precision. */
    FLOAT8_E5M2 {
        @Override
        float value(int bits) {
            int magnitude = bits & 0x7F;
            if (magnitude >= 0x7C) {
                return signed(bits, magnitude == 0x7C ? Float.POSITIVE_INFINITY : Float.NaN);
            }
            return signed(bits, scaled(magnitude >>> 2, magnitude & 3, 2, 15));
        }
    },
    /** A power of two, from 2^-127 to 2^127, as the format of scales of blocks. */
    FLOAT8_E8M0 {
        @Override
        float value(int bits) {
            return bits == 0xFF ? Float.NaN : (float) Math.scalb(1.0, bits - 127);
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // Filled once, and never handed out.
    private final float[] values = new float[256];

    ByteFormat() {
        for (int bits = 0; bits < values.length; bits++) {
            values[bits] = value(bits);
        }
    }

    /** Returns the number that 8 bits stand for. */
    abstract float value(int bits);

    /** Returns the number that a byte stands for. */
    public float of(byte stored) {
        return values[stored & 0xFF];
    }

    private static float signed(int bits, float magnitude) {
        return bits < 0x80 ? magnitude : -magnitude;
    }

    /** An exponent of 0 marks subnormal numbers, which have no leading one. */
    private static float scaled(int exponent, int mantissa, int mantissaBits, int bias) {
        int whole = exponent == 0 ? mantissa : mantissa + (1 << mantissaBits);
        return Math.scalb((float) whole, Math.max(exponent, 1) - bias - mantissaBits);
    }
}
