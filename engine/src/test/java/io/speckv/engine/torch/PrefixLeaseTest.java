package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Of prompts of two blocks and a few tokens. PrefixCacheTest holds answers to those without a cache. */
class PrefixLeaseTest {
    private static final int BLOCK = PrefixCache.BLOCK_TOKENS;
    private static final int TOKENS = 2 * BLOCK + 5;
    private static final long AMPLE = 16L << 20;
    private static final int[] PROMPT = new Random(1).ints(TOKENS, 0, 250).toArray();
    private static final DecoderModel MODEL =
            DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));

    @AfterAll
    static void close() {
        MODEL.close();
    }

    private static NDArray numbers(NDManager memory, long seed) {
        return HeadNumbers.normal(
                        memory,
                        new Random(seed),
                        MODEL.shape().kvHeads(),
                        TOKENS,
                        MODEL.shape().headDim())
                .tensor();
    }

    private static void save(PrefixLease lease, NDManager memory) {
        for (int layer = 0; layer < MODEL.shape().layers(); layer++) {
            lease.save(layer, numbers(memory, layer), numbers(memory, 10 + layer));
        }
    }

    /** What a lease puts in the place of zeros, keys or values of a layer {@code [kvHeads, tokens, headDim]}. */
    private static float[][] loaded(PrefixLease lease, NDManager memory, int layer) {
        Shape shape = new Shape(MODEL.shape().kvHeads(), TOKENS, MODEL.shape().headDim());
        NDArray keys = memory.zeros(shape);
        NDArray values = memory.zeros(shape);
        lease.load(layer, keys, values);
        return new float[][] {keys.toFloatArray(), values.toFloatArray()};
    }

    /** The numbers of the first {@code tokens} tokens of each head, and zeros behind them. */
    private static float[] first(NDArray numbers, int tokens) {
        float[] all = numbers.toFloatArray();
        int dimension = MODEL.shape().headDim();
        for (int i = 0; i < all.length; i++) {
            if (i / dimension % TOKENS >= tokens) {
                all[i] = 0;
            }
        }
        return all;
    }

    @ParameterizedTest
    @CsvSource({"1000, 2", "128, 2", "127, 1", "63, 0", "0, 0", "-1, 0"})
    void keysAndValuesOfAsManyBlocksComeBackAsMayBeReused(int mostReused, int blocks) {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                NDManager memory = MODEL.newScope()) {
            try (PrefixLease lease = cache.lease(PROMPT, 1000)) {
                assertThat(lease.reusedTokens()).isZero();
                save(lease, memory);
                lease.keep();
            }
            try (PrefixLease again = cache.lease(PROMPT, mostReused)) {
                assertThat(again.reusedTokens()).isEqualTo(blocks * BLOCK);
                for (int layer = 0; layer < MODEL.shape().layers(); layer++) {
                    float[][] found = loaded(again, memory, layer);
                    assertThat(found[0]).isEqualTo(first(numbers(memory, layer), blocks * BLOCK));
                    assertThat(found[1]).isEqualTo(first(numbers(memory, 10 + layer), blocks * BLOCK));
                }
            }
        }
    }

    @Test
    void aLeaseThatIsNotKeptAddsNothingAndGivesItsRoomBackOnce() {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                NDManager memory = MODEL.newScope()) {
            PrefixLease lease = cache.lease(PROMPT, 1000);
            assertThat(cache.bytesHeld()).as("reserved").isEqualTo(2 * BLOCK * MODEL.kvBytesPerToken());
            save(lease, memory);
            lease.close();
            lease.close();
            assertThat(cache.bytesHeld()).isZero();
            assertThat(cache.isLeased()).isFalse();
        }
    }

    @Test
    void aLeaseThatIsKeptTwiceAddsOnce() {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                NDManager memory = MODEL.newScope()) {
            try (PrefixLease lease = cache.lease(PROMPT, 1000)) {
                save(lease, memory);
                lease.keep();
                lease.keep();
            }
            assertThat(cache.bytesHeld()).isEqualTo(2 * BLOCK * MODEL.kvBytesPerToken());
        }
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity"})
    void numbersThatOverflowedAreNotKept(float number) {
        try (PrefixCache cache = new PrefixCache(MODEL, AMPLE);
                NDManager memory = MODEL.newScope()) {
            try (PrefixLease lease = cache.lease(PROMPT, 1000)) {
                save(lease, memory);
                Shape shape =
                        new Shape(MODEL.shape().kvHeads(), TOKENS, MODEL.shape().headDim());
                lease.save(1, numbers(memory, 1), memory.ones(shape).mul(number));
                lease.keep();
            }
            assertThat(cache.bytesHeld()).isZero();
            assertThat(cache.isLeased()).isFalse();
        }
    }

    @Test
    void withoutACacheNothingIsKnownAndNothingIsChanged() {
        try (NDManager memory = MODEL.newScope()) {
            save(PrefixLease.NONE, memory);
            PrefixLease.NONE.keep();
            assertThat(PrefixLease.NONE.reusedTokens()).isZero();
            assertThat(loaded(PrefixLease.NONE, memory, 0)[0]).containsOnly(0);
            PrefixLease.NONE.close();
        }
    }
}
