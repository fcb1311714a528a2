package io.speckv.engine.checkpoint;

import java.util.Optional;

/**
 * The rotary position embedding of a model.
 *
 * @param theta base of the frequencies, positive
 * @param llama3 how low frequencies are stretched for long contexts; empty for plain rotary embeddings
 */
public record Rope(double theta, Optional<Llama3Scaling> llama3) {

    public Rope {
        if (!(theta > 0) || Double.isInfinite(theta)) {
            throw new IllegalArgumentException("rope_theta must be positive and finite, was " + theta);
        }
    }

    /**
     * Returns the angle per position of each pair of channels `[headDim / 2]`, with llama3 scaling applied.
     *
     * <p>Source: Hugging Face transformers, {@code _compute_llama3_parameters} of modeling_rope_utils.
     */
    public float[] inverseFrequencies(int headDim) {
        float[] frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            double plain = 1.0 / Math.pow(theta, 2.0 * i / headDim);
            frequencies[i] = (float) (llama3.isPresent() ? llama3.get().scale(plain) : plain);
        }
        return frequencies;
    }

    /**
     * Llama 3's stretching of rotary frequencies: long wavelengths are divided by {@code factor}, short ones kept, those
     * between blended.
     *
     * @param factor division of the lowest frequencies, at least 1
     * @param lowFreqFactor wavelengths longer than {@code originalMaxPositions / lowFreqFactor} are fully stretched
     * @param highFreqFactor wavelengths shorter than {@code originalMaxPositions / highFreqFactor} are kept; larger than
     *     {@code lowFreqFactor}
     * @param originalMaxPositions positions the model was trained on before stretching
     */
    public record Llama3Scaling(double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions) {

        public Llama3Scaling {
            if (!(factor >= 1)) {
                throw new IllegalArgumentException("rope_scaling.factor must be at least 1, was " + factor);
            }
            if (!(lowFreqFactor > 0) || !(highFreqFactor > lowFreqFactor)) {
                throw new IllegalArgumentException("rope_scaling must have 0 < low_freq_factor < high_freq_factor, was "
                        + lowFreqFactor + " and " + highFreqFactor);
            }
            if (originalMaxPositions < 1) {
                throw new IllegalArgumentException(
                        "rope_scaling.original_max_position_embeddings must be positive, was " + originalMaxPositions);
            }
        }

        private double scale(double frequency) {
            double wavelength = 2 * Math.PI / frequency;
            double smooth = (originalMaxPositions / wavelength - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
            double kept = Math.min(1, Math.max(0, smooth));
            return (1 - kept) * frequency / factor + kept * frequency;
        }
    }
}
