package io.speckv.engine.sampling;

/**
 * Random numbers that are a function of seed, token index and purpose. There is no state to share, restore or advance, so
 * draft and target can draw either the same or independent numbers. Immutable.
 *
 * <p>The mixing function is that of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014),
 * applied once for each of the three inputs.
 *
 * @param seed any number
 */
record CounterRandom(long seed) {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    /** What a number is drawn for; numbers for different purposes are independent. */
    enum Purpose {
        /** The token that becomes part of the answer. */
        TOKEN(1),
        /** A token that a draft proposes. */
        PROPOSAL(2);

        /** Every answer with a seed depends on these numbers, so they must never change. */
        private final long stream;

        Purpose(long stream) {
            this.stream = stream;
        }
    }

    /** Returns a number from 0 to below 1 for the token at this index of the answer. */
    double uniform(long index, Purpose purpose) {
        long state = mix(seed + GOLDEN_GAMMA);
        state = mix(state + index * GOLDEN_GAMMA);
        state = mix(state + purpose.stream * GOLDEN_GAMMA);
        return (state >>> 11) * 0x1p-53;
    }

    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
