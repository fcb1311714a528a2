package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.speckv.engine.Cancellation;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every pass and step gives back the native memory it took. */
class NativeMemoryTest {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int PROMPT = 192;
    private static final int ROUNDS = 150;
    private static final int SAMPLES = 3;

    /** Rounds that kept only their hidden states would leave over {@code 3 * ROUNDS * PROMPT * 64 * 4} = 22 MB behind. */
    private static final long ALLOWED_KIB = 12 * 1024;

    @Test
    void manyPromptsAndStepsDoNotGrowTheProcess() throws IOException {
        assumeThat(STATUS).exists();
        CachePolicy policy = Methods.of("snapkv", Map.of("max_capacity_prompt", 48, "window_size", 8))
                .cache();
        try (DecoderModel model = DecoderModel.open(
                        GoldenRun.model("llama-target"), ModelOptions.DEFAULTS.withPrecision(Precision.FP32));
                KvArena arena = model.newArena(1, 64)) {
            rounds(model, arena, policy);
            long before = leastKib(model, arena, policy);
            rounds(model, arena, policy);
            assertThat(leastKib(model, arena, policy) - before).isLessThan(ALLOWED_KIB);
            assertThat(arena.inUse()).isZero();
        }
    }

    private static void rounds(DecoderModel model, KvArena arena, CachePolicy policy) {
        int[] prompt = IntStream.range(0, PROMPT).toArray();
        for (int i = 0; i < ROUNDS; i++) {
            KvSlot slot = arena.take();
            try (PromptPass pass = PromptPass.start(model, slot, new Eviction(policy, PROMPT, 0, false))) {
                pass.feed(prompt, true, Cancellation.NEVER);
                pass.lastLogits(4);
            }
            DecodeStep.run(model, List.of(slot), new int[] {3});
            slot.release();
        }
    }

    /** The allocator gives memory back now and then, so that only the least of several samples says something. */
    private static long leastKib(DecoderModel model, KvArena arena, CachePolicy policy) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < SAMPLES; i++) {
            rounds(model, arena, policy);
            least = Math.min(least, anonymousKib() - Runtime.getRuntime().totalMemory() / 1024);
        }
        return least;
    }

    private static long anonymousKib() throws IOException {
        System.gc();
        return Files.readAllLines(STATUS).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
