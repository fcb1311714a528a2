package io.speckv.engine.checkpoint.config;

import java.util.List;

/**
 * How rotary frequencies are changed so that a model reads longer contexts than it was trained on.
 *
 * <p>Source of each: Hugging Face transformers, modeling_rope_utils.
 */
public sealed interface RopeScaling {
    /** Returns the scaling that changes nothing. */
    static RopeScaling none() {
        return new None();
    }

    /**
     * Returns the angle per position of each pair of channels {@code [channels / 2]}.
     *
     * @param channels rotated channels of a head
     * @param tokens length of the sequence
     */
    double[] frequencies(double theta, int channels, int tokens);

    /** Returns the factor of cosines and sines. */
    default double attentionFactor() {
        return 1;
    }

    /** Returns whether {@link #frequencies} depends on the tokens. */
    default boolean dependsOnLength() {
        return false;
    }

    /**
     * Returns the positions of a model whose config says {@code given}. The config of a model that was stretched by hand
     * keeps the number of the unstretched model, and the factor tells how many positions there are.
     */
    default int positions(int given) {
        return given;
    }

    private static int stretched(int given, double factor, int original) {
        return (int) Math.max(given, Math.min(factor * original, Integer.MAX_VALUE));
    }

    /** Throws if this cannot be applied to {@code channels} rotated channels. */
    default void check(int channels) {}

    private static double[] plain(double theta, int channels) {
        double[] frequencies = new double[channels / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1.0 / Math.pow(theta, 2.0 * i / channels);
        }
        return frequencies;
    }

    private static void requireFactor(double factor) {
        if (!(factor >= 1) || Double.isInfinite(factor)) {
            throw new IllegalArgumentException("rope_scaling.factor must be at least 1, was " + factor);
        }
    }

    private static void requirePositions(int positions) {
        if (positions < 1) {
            throw new IllegalArgumentException(
                    "rope_scaling.original_max_position_embeddings must be positive, was " + positions);
        }
    }

    /** Frequencies stay unchanged. */
    record None() implements RopeScaling {
        @Override
        public double[] frequencies(double theta, int channels, int tokens) {
            return plain(theta, channels);
        }
    }

    /**
     * Positions are divided.
     *
     * @param factor divisor, at least 1
     */
    record Linear(double factor) implements RopeScaling {
        public Linear {
            requireFactor(factor);
        }

        @Override
        public double[] frequencies(double theta, int channels, int tokens) {
            double[] frequencies = plain(theta, channels);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= factor;
            }
            return frequencies;
        }
    }

    /**
     * The base grows with the sequence once the sequence is longer than the context that the model was trained on ("dynamic
     * NTK").
     *
     * @param factor stretch of the context, at least 1
     * @param originalMaxPositions tokens up to which nothing changes
     */
    record DynamicNtk(double factor, int originalMaxPositions) implements RopeScaling {
        public DynamicNtk {
            requireFactor(factor);
            requirePositions(originalMaxPositions);
        }

        @Override
        public double[] frequencies(double theta, int channels, int tokens) {
            double length = Math.max(tokens, originalMaxPositions);
            double growth = factor * length / originalMaxPositions - (factor - 1);
            return plain(theta * Math.pow(growth, channels / (channels - 2.0)), channels);
        }

        @Override
        public boolean dependsOnLength() {
            return true;
        }

        @Override
        public int positions(int given) {
            return stretched(given, factor, originalMaxPositions);
        }

        @Override
        public void check(int channels) {
            if (channels < 4) {
                throw new IllegalArgumentException(
                        "dynamic scaling needs heads of at least 4 rotated channels, was " + channels);
            }
        }
    }

    /**
     * YaRN (arXiv:2309.00071): long wavelengths are stretched, short ones are kept, and those between are blended by their
     * index.
     *
     * @param factor stretch, at least 1
     * @param originalMaxPositions positions the model was trained on
     * @param attentionFactor what cosines and sines are multiplied with, positive
     * @param betaFast fewest turns over the original context with which a frequency is kept
     * @param betaSlow most turns with which a frequency is fully stretched, at most {@code betaFast}
     * @param truncate whether the range between the two is widened to whole indices
     */
    record Yarn(
            double factor,
            int originalMaxPositions,
            double attentionFactor,
            double betaFast,
            double betaSlow,
            boolean truncate)
            implements RopeScaling {
        public Yarn {
            requireFactor(factor);
            requirePositions(originalMaxPositions);
            if (!(attentionFactor > 0) || Double.isInfinite(attentionFactor)) {
                throw new IllegalArgumentException(
                        "rope_scaling.attention_factor must be positive, was " + attentionFactor);
            }
            if (!(betaSlow > 0) || !(betaFast >= betaSlow)) {
                throw new IllegalArgumentException(
                        "rope_scaling must have 0 < beta_slow <= beta_fast, was " + betaSlow + " and " + betaFast);
            }
        }

        /** Returns the factor of cosines and sines that the paper advises, in DeepSeek's generalisation. */
        static double attentionFactor(double factor, double mscale, double mscaleAllDim) {
            return mscale == 0 || mscaleAllDim == 0
                    ? magnitude(factor, 1)
                    : magnitude(factor, mscale) / magnitude(factor, mscaleAllDim);
        }

        private static double magnitude(double factor, double mscale) {
            return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
        }

        @Override
        public double[] frequencies(double theta, int channels, int tokens) {
            double low = index(betaFast, theta, channels);
            double high = index(betaSlow, theta, channels);
            if (truncate) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            high = Math.min(high, channels - 1);
            double width = low == high ? 0.001 : high - low;
            double[] frequencies = plain(theta, channels);
            for (int i = 0; i < frequencies.length; i++) {
                double stretched = Math.min(1, Math.max(0, (i - low) / width));
                frequencies[i] = stretched * frequencies[i] / factor + (1 - stretched) * frequencies[i];
            }
            return frequencies;
        }

        @Override
        public int positions(int given) {
            return stretched(given, factor, originalMaxPositions);
        }

        /**
         * Returns the index, which is fractional, of the frequency that makes {@code turns} turns over the original context.
         */
        private double index(double turns, double theta, int channels) {
            return channels * Math.log(originalMaxPositions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
        }
    }

    /**
     * LongRoPE (arXiv:2402.13753): every frequency has its own divisor, from one list for sequences within the original
     * context and from another for longer ones.
     *
     * @param shortFactors divisors within the original context {@code [channels / 2]}
     * @param longFactors divisors beyond the original context {@code [channels / 2]}
     * @param originalMaxPositions tokens of the original context
     * @param attentionFactor what cosines and sines are multiplied with, positive
     */
    record LongRope(
            List<Double> shortFactors, List<Double> longFactors, int originalMaxPositions, double attentionFactor)
            implements RopeScaling {
        public LongRope {
            shortFactors = List.copyOf(shortFactors);
            longFactors = List.copyOf(longFactors);
            requirePositions(originalMaxPositions);
            if (!(attentionFactor > 0) || Double.isInfinite(attentionFactor)) {
                throw new IllegalArgumentException(
                        "rope_scaling.attention_factor must be positive, was " + attentionFactor);
            }
        }

        /** Returns the factor of cosines and sines of a context that is {@code factor} times the original one. */
        static double attentionFactor(double factor, int originalMaxPositions) {
            return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalMaxPositions));
        }

        @Override
        public double[] frequencies(double theta, int channels, int tokens) {
            List<Double> factors = tokens > originalMaxPositions ? longFactors : shortFactors;
            double[] frequencies = plain(theta, channels);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= factors.get(i);
            }
            return frequencies;
        }

        @Override
        public boolean dependsOnLength() {
            return !shortFactors.equals(longFactors);
        }

        @Override
        public void check(int channels) {
            requireFactors("short_factor", shortFactors, channels);
            requireFactors("long_factor", longFactors, channels);
        }

        private static void requireFactors(String key, List<Double> factors, int channels) {
            if (factors.size() != channels / 2 || !factors.stream().allMatch(f -> f > 0 && Double.isFinite(f))) {
                throw new IllegalArgumentException("rope_scaling." + key + " must be " + channels / 2
                        + " positive numbers, one for each pair of rotated channels, was " + factors.size());
            }
        }
    }

    /**
     * Llama 3's scaling: the frequencies of long wavelengths are divided by {@code factor}, those of short ones are kept,
     * and those between are blended.
     *
     * @param factor division of the lowest frequencies, at least 1
     * @param lowFreqFactor wavelengths longer than {@code originalMaxPositions / lowFreqFactor} are fully stretched
     * @param highFreqFactor wavelengths shorter than {@code originalMaxPositions / highFreqFactor} are kept; larger than
     *     {@code lowFreqFactor}
     * @param originalMaxPositions positions the model was trained on before stretching
     */
    record Llama3(double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions)
            implements RopeScaling {
        public Llama3 {
            requireFactor(factor);
            if (!(lowFreqFactor > 0) || !(highFreqFactor > lowFreqFactor)) {
                throw new IllegalArgumentException("rope_scaling must have 0 < low_freq_factor < high_freq_factor, was "
                        + lowFreqFactor + " and " + highFreqFactor);
            }
            requirePositions(originalMaxPositions);
        }

        @Override
        public double[] frequencies(double theta, int channels, int tokens) {
            double[] frequencies = plain(theta, channels);
            for (int i = 0; i < frequencies.length; i++) {
                double turns = originalMaxPositions * frequencies[i] / (2 * Math.PI);
                double kept = Math.min(1, Math.max(0, (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor)));
                frequencies[i] = (1 - kept) * frequencies[i] / factor + kept * frequencies[i];
            }
            return frequencies;
        }
    }
}
