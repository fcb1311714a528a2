package io.speckv.selection;

/**
 * Smooths scores along token positions with stride 1; the result has the input's length. There are two cases because the
 * reference functions of the two papers pad differently at the edges and for even kernels. Linear time for every kernel.
 */
public sealed interface Pooling {

    /** Returns the smoothed copy of {@code scores} [tokens]. */
    float[] apply(float[] scores);

    /**
     * SpecPC: {@code (kernel-1)/2} zeros on the left, {@code kernel-1-(kernel-1)/2} on the right, for max and mean alike, so
     * an even kernel reaches one position further to the right.
     *
     * @param kernel at least 1, odd or even
     */
    record ZeroPadded(PoolType type, int kernel) implements Pooling {
        public ZeroPadded {
            InvalidSettingException.require(kernel >= 1, "kernel_size", kernel, "must be at least 1");
        }

        @Override
        public float[] apply(float[] scores) {
            int left = (kernel - 1) / 2;
            return switch (type) {
                case NONE -> scores.clone();
                case MAX -> SlidingWindow.max(scores, kernel, left, 0f);
                case MEAN -> SlidingWindow.mean(scores, kernel, left);
            };
        }
    }

    /**
     * SpecKV and the SnapKV family: {@code kernel/2} on both sides; max ignores what lies outside (pads -infinity), mean
     * pads zeros and divides by the kernel everywhere, so the edges are damped.
     *
     * @param kernel odd
     */
    record Centred(PoolType type, int kernel) implements Pooling {
        public Centred {
            InvalidSettingException.require(
                    kernel >= 1 && kernel % 2 == 1, "kernel_size", kernel, "must be odd and at least 1");
        }

        @Override
        public float[] apply(float[] scores) {
            int left = kernel / 2;
            return switch (type) {
                case NONE -> scores.clone();
                case MAX -> SlidingWindow.max(scores, kernel, left, Float.NEGATIVE_INFINITY);
                case MEAN -> SlidingWindow.mean(scores, kernel, left);
            };
        }
    }
}
