package io.speckv.bench.device;

import java.util.Arrays;

/** Compares results of a device with the right ones. */
final class Expect {
    private Expect() {}

    static void equal(Object what, int[] right, int[] found) {
        if (!Arrays.equals(right, found)) {
            throw new WrongResultException(
                    what + ": " + Arrays.toString(found) + " where " + Arrays.toString(right) + " is right");
        }
    }

    static void equalKept(Object what, int[][][] right, int[][][] found) {
        if (!Arrays.deepEquals(right, found)) {
            throw new WrongResultException(what + ": other KV pairs stay than those of the reference");
        }
    }

    /** Returns the largest difference. */
    static double near(Object what, float[] right, float[] found, double most) {
        if (right.length != found.length) {
            throw new WrongResultException(
                    what + ": " + found.length + " numbers where " + right.length + " are right");
        }
        double largest = 0;
        for (int i = 0; i < right.length; i++) {
            double difference = Math.abs(right[i] - found[i]);
            // Negated so that NaN fails, too.
            if (!(difference <= most)) {
                throw new WrongResultException(
                        "%s: number %d is %s, must be within %s of %s".formatted(what, i, found[i], most, right[i]));
            }
            largest = Math.max(largest, difference);
        }
        return largest;
    }

    /** Returns the root mean square of the differences, in standard deviations of {@code right}. */
    static double distance(Object what, float[] right, float[] found, double most) {
        double mean = 0;
        for (float number : right) {
            mean += number / right.length;
        }
        double variance = 0;
        double error = 0;
        for (int i = 0; i < right.length; i++) {
            variance += Math.pow(right[i] - mean, 2);
            error += Math.pow(right[i] - found[i], 2);
        }
        double distance = Math.sqrt(error / variance);
        if (!(distance <= most)) {
            throw new WrongResultException("%s: logits are %.3f standard deviations off, at most %s are allowed"
                    .formatted(what, distance, most));
        }
        return distance;
    }

    static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new WrongResultException(otherwise);
        }
    }
}
