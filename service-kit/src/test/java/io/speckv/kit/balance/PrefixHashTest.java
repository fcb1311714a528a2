package io.speckv.kit.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compared with SplitMix64 (Steele, Lea and Flood) in numbers without bounds. */
class PrefixHashTest {
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger GAMMA = new BigInteger("9E3779B97F4A7C15", 16);
    private static final BigInteger FIRST = new BigInteger("BF58476D1CE4E5B9", 16);
    private static final BigInteger SECOND = new BigInteger("94D049BB133111EB", 16);

    private static BigInteger unsigned(long bits) {
        return BigInteger.valueOf(bits).mod(WORD);
    }

    private static BigInteger mixed(BigInteger bits) {
        BigInteger once = bits.xor(bits.shiftRight(30)).multiply(FIRST).mod(WORD);
        BigInteger twice = once.xor(once.shiftRight(27)).multiply(SECOND).mod(WORD);
        return twice.xor(twice.shiftRight(31));
    }

    /** Returns what {@link #mixed} makes {@code bits} of. */
    private static BigInteger unmixed(BigInteger bits) {
        BigInteger twice = unshifted(bits, 31).multiply(SECOND.modInverse(WORD)).mod(WORD);
        BigInteger once = unshifted(twice, 27).multiply(FIRST.modInverse(WORD)).mod(WORD);
        return unshifted(once, 30);
    }

    private static BigInteger unshifted(BigInteger bits, int by) {
        BigInteger found = bits;
        for (int known = by; known < Long.SIZE; known += by) {
            found = bits.xor(found.shiftRight(by));
        }
        return found;
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 42, Long.MIN_VALUE, Long.MAX_VALUE})
    void aLongerContentsHashIsTheMixedSum(long more) {
        for (long hash : new long[] {0, 7, -3, Long.MAX_VALUE}) {
            BigInteger expected =
                    mixed(unsigned(hash).add(unsigned(more)).multiply(GAMMA).mod(WORD));
            assertThat(unsigned(PrefixHash.with(hash, more))).isEqualTo(expected);
        }
    }

    @Test
    void aTextsHashIsThatOfItsCharactersInTurn() {
        long hash = 5;
        for (char c : "Grüße 🙂".toCharArray()) {
            hash = PrefixHash.with(hash, c);
        }
        assertThat(PrefixHash.with(5, "Grüße 🙂", 0, 8)).isEqualTo(hash);
        assertThat(PrefixHash.with(5, "<Grüße 🙂>", 1, 9)).as("of a part").isEqualTo(hash);
        assertThat(PrefixHash.with(5, "any", 2, 2)).as("of nothing").isEqualTo(5);
    }

    @Test
    void theOrderOfTheContentCounts() {
        long ab = PrefixHash.with(0, "ab", 0, 2);
        long ba = PrefixHash.with(0, "ba", 0, 2);
        assertThat(ab).isNotEqualTo(ba);
    }

    @Test
    void tokensThatDifferHaveHashesThatDiffer() {
        Set<Long> hashes = new HashSet<>();
        Random random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long hash = 0;
            for (int token : random.ints(4, 1, 128_000).toArray()) {
                hash = PrefixHash.with(hash, token);
            }
            hashes.add(hash);
        }
        assertThat(hashes).hasSize(100_000);
    }

    @Test
    void aRankIsOfTheNameAndThePrefix() {
        long rank = PrefixHash.rank("10.0.0.1:9000", 77);
        assertThat(unsigned(rank)).isEqualTo(mixed(unsigned(PrefixHash.with(77, "10.0.0.1:9000", 0, 13))));
        assertThat(rank).isNotEqualTo(PrefixHash.rank("10.0.0.2:9000", 77));
        assertThat(rank).isNotEqualTo(PrefixHash.rank("10.0.0.1:9000", 78));
    }

    @Test
    void drawsAreSpreadEvenly() {
        int[] tenths = new int[10];
        for (long prefix = 0; prefix < 100_000; prefix++) {
            tenths[(int) (10 * PrefixHash.draw("target-0", prefix))]++;
        }
        for (int count : tenths) {
            assertThat(count).isBetween(9_500, 10_500);
        }
    }

    /** Their logarithm is divided by: at 1 it is 0, and at 0 it is none. */
    @Test
    void theLeastAndTheGreatestRankAreDrawnWithinOneUnitToo() {
        for (BigInteger rank : List.of(BigInteger.ZERO, WORD.subtract(BigInteger.ONE))) {
            long prefix = unmixed(rank).longValue();
            assertThat(unsigned(PrefixHash.rank("", prefix))).isEqualTo(rank);
            assertThat(PrefixHash.draw("", prefix)).isGreaterThan(0).isLessThan(1);
        }
    }
}
