package io.speckv.kit.balance;

/** Hashes of prefixes, and ranks of names for a prefix. They are the same in every router and after every start. */
public final class PrefixHash {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
    /** Of a draw. Half a unit more is a number of its own, where half a unit of 2^-53 would make the greatest draw 1. */
    private static final double UNIT = 0x1p-52;

    private static final int NOT_IN_UNITS = 12;

    private PrefixHash() {}

    /** Returns the hash of the content of {@code hash} followed by {@code more}; begin with 0. */
    public static long with(long hash, long more) {
        return mixed((hash + more) * GOLDEN_GAMMA);
    }

    /**
     * Returns the hash of the content of {@code hash} followed by the characters {@code from} to {@code to} of {@code text}.
     */
    public static long with(long hash, CharSequence text, int from, int to) {
        long longer = hash;
        for (int i = from; i < to; i++) {
            longer = with(longer, text.charAt(i));
        }
        return longer;
    }

    /** Returns a pseudo-random number for each pair of name and prefix, to be compared as unsigned. */
    static long rank(String name, long prefix) {
        return mixed(with(prefix, name, 0, name.length()));
    }

    /** Returns a pseudo-random number above 0 and below 1 for each pair of name and prefix. */
    public static double draw(String name, long prefix) {
        return ((rank(name, prefix) >>> NOT_IN_UNITS) + 0.5) * UNIT;
    }

    /** SplitMix64's finalizer. */
    private static long mixed(long bits) {
        long once = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
        long twice = (once ^ (once >>> 27)) * 0x94D049BB133111EBL;
        return twice ^ (twice >>> 31);
    }
}
