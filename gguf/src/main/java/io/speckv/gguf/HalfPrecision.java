package io.speckv.gguf;

/** Numbers of 16 bits by IEEE 754: a sign, 5 bits of exponent, 10 bits of mantissa. */
public final class HalfPrecision {
    private static final float SUBNORMAL_STEP = 0x1p-24f;

    private HalfPrecision() {}

    /** Returns the number of these bits. A float holds every such number exactly. */
    public static float value(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1F;
        int mantissa = bits & 0x3FF;
        if (exponent == 0) {
            return Math.copySign(mantissa * SUBNORMAL_STEP, Float.intBitsToFloat(sign | 0x3F800000));
        }
        int wide = exponent == 0x1F ? 0xFF : exponent + 112;
        return Float.intBitsToFloat(sign | (wide << 23) | (mantissa << 13));
    }
}
