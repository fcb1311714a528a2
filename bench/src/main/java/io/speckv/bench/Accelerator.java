package io.speckv.bench;

/**
 * Published limits of an accelerator, and the assumed share of them that is reached.
 *
 * @param flops dense bf16 operations per second
 * @param memoryBytes read per second
 * @param wireBytes per second between services
 * @param share of {@code flops} that a prefill reaches, above 0 and at most 1
 */
public record Accelerator(String name, double flops, double memoryBytes, double wireBytes, double share) {
    /** NVIDIA's figures for the H200 SXM: 989 TFLOP/s dense bf16, 4.8 TB/s. Services are connected by 25 Gbit/s. */
    public static Accelerator h200(double share) {
        return new Accelerator("H200", 989e12, 4.8e12, 25e9 / 8, share);
    }

    public Accelerator {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be above 0 and at most 1");
        }
    }

    /** Returns the seconds of a prefill of {@code tokens}. */
    public double prefillSeconds(ModelSize size, int tokens) {
        return size.prefillFlops(tokens) / (flops * share);
    }

    /** Returns the seconds of one decode step with {@code cached} tokens in the cache, bf16 weights and cache. */
    public double decodeSeconds(ModelSize size, int cached) {
        return size.decodeBytes(cached, 2, 2) / memoryBytes;
    }

    /** Returns the seconds to transfer a prompt's ids (4 bytes each) and scores (4 bytes each). */
    public double wireSeconds(int promptTokens) {
        return promptTokens * 8.0 / wireBytes;
    }
}
