package io.speckv.engine.quant;

import java.nio.ByteBuffer;

/**
 * Unsigned integers of a few bits, packed into 32-bit words along one axis of a table, the first in the lowest bits. A code
 * may begin in one word and end in the next, as codes of 3 bits do.
 *
 * @param words little-endian
 * @param bits of a code, 1 to 8
 * @param stride distance, in words, from one word to the next along the packed axis
 * @param acrossStride distance, in words, from one word to the next along the other axis
 * @param order how codes within a word are ordered
 */
public record PackedCodes(ByteBuffer words, int bits, int stride, int acrossStride, Order order) {
    /** Orders of the codes in a word. */
    public enum Order {
        /** In their own order. */
        PLAIN,
        /**
         * Of eight codes the even ones, then the odd ones. This is AWQ's order, for kernels that unpack two codes at a time.
         */
        EVEN_THEN_ODD
    }

    public PackedCodes {
        if (bits < 1 || bits > 8) {
            throw new IllegalArgumentException("codes must have 1 to 8 bits, were " + bits);
        }
    }

    /** Returns how many words {@code codes} codes take. */
    public static int words(int codes, int bits) {
        return ScaleGrid.blocks((long) codes * bits, Integer.SIZE);
    }

    /**
     * Returns a code.
     *
     * @param along place on the packed axis
     * @param across place on the other axis
     */
    public int at(int along, int across) {
        int place = order == Order.PLAIN ? along : (along & ~7) + (along & 1) * 4 + (along & 7) / 2;
        int bit = place * bits;
        int word = bit / Integer.SIZE * stride + across * acrossStride;
        int shift = bit % Integer.SIZE;
        int code = words.getInt(word * Integer.BYTES) >>> shift;
        if (shift + bits > Integer.SIZE) {
            code |= words.getInt((word + stride) * Integer.BYTES) << (Integer.SIZE - shift);
        }
        return code & mask(bits);
    }

    /** Returns the largest code of some bits. */
    public static int mask(int bits) {
        return (1 << bits) - 1;
    }
}
