package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.selection.cache.FullCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated // reads the process's resident memory
class KvArenaTest {
    /** More than a slot's zeroed part grows by at once, so that a short slot has not reached a long one's end by itself. */
    private static final int CAPACITY = 600;

    @Test
    void whatTheMemoryHeldBeforeNeverReachesASequence() {
        try (DecoderModel model = model();
                KvArena clean = model.newArena(2, CAPACITY);
                KvArena poisoned = model.newArena(2, CAPACITY)) {
            poison(model, poisoned);
            assertThat(shortBesideLong(model, poisoned)).isEqualTo(shortBesideLong(model, clean));
        }
    }

    @Test
    void aSlotThatWasErasedHoldsNothingOfItsLastSequence() {
        try (DecoderModel model = model();
                KvArena arena = model.newArena(2, CAPACITY)) {
            float[][] expected = shortBesideLong(model, arena);
            KvSlot failed = arena.take();
            arena.reach(failed, CAPACITY);
            poison(model, arena);
            failed.erase();
            failed.release();
            assertThat(shortBesideLong(model, arena)[0]).isEqualTo(expected[0]);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryIsTakenAsItIsWritten() throws IOException {
        try (DecoderModel model = model()) {
            int tokens = (int) ((2L << 30) / model.kvBytesPerToken());
            long before = residentBytes();
            try (KvArena arena = model.newArena(1, tokens)) {
                feed(model, arena.take(), 20);
                assertThat(residentBytes() - before).isLessThan(1L << 30);
            }
        }
    }

    @Test
    void anArenaWithoutRoomIsRefused() {
        try (DecoderModel model = model()) {
            assertThatThrownBy(() -> model.newArena(0, 10))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("at least 1 slot");
        }
    }

    /** Fills an arena with NaN, as memory may hold that others have used. */
    static void poison(DecoderModel model, KvArena arena) {
        int kvHeads = model.shape().kvHeads();
        int headDim = model.shape().headDim();
        float[] numbers = new float[kvHeads * arena.capacity() * headDim];
        Arrays.fill(numbers, Float.NaN);
        try (NDManager scope = model.newScope()) {
            NDArray nan = scope.create(numbers, new Shape(kvHeads, arena.capacity(), headDim));
            NDArray everywhere = Eviction.rectangle(scope, new int[kvHeads][arena.capacity()]);
            for (int layer = 0; layer < model.shape().layers(); layer++) {
                for (int slot = 0; slot < arena.size(); slot++) {
                    model.graph()
                            .call("gather")
                            .with(nan)
                            .with(nan)
                            .with(everywhere)
                            .with(arena.keys(layer))
                            .with(arena.values(layer))
                            .with(slot)
                            .run();
                }
            }
        }
    }

    /** Logits of a short sequence that decodes together with a longer one, and of the longer. */
    private static float[][] shortBesideLong(DecoderModel model, KvArena arena) {
        KvSlot shorter = arena.take();
        KvSlot longer = arena.take();
        feed(model, shorter, 5);
        feed(model, longer, CAPACITY - 2);
        float[][] logits = DecodeStep.run(model, List.of(shorter, longer), new int[] {1, 2});
        shorter.release();
        longer.release();
        assertThat(logits[0]).doesNotContain(Float.NaN);
        return logits;
    }

    private static void feed(DecoderModel model, KvSlot slot, int tokens) {
        try (PromptPass pass = PromptPass.start(model, slot, new Eviction(new FullCache(), tokens, 0, false))) {
            pass.feed(IntStream.range(0, tokens).map(i -> i % 250).toArray(), true, YieldPoint.NONE);
        }
    }

    private static long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    private static DecoderModel model() {
        return DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
    }
}
