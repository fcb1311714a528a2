package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.YieldPoint;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every pass and step gives back the native memory it took, also when it fails. */
class NativeMemoryTest {
    private static final int[] PROMPT = IntStream.range(0, 96).toArray();

    @ParameterizedTest
    @ValueSource(strings = {"full", "snapkv", "ada-snapkv", "speckv"})
    void nothingIsLeftBehind(String method) {
        CachePolicy policy = Methods.of(
                        method, method.equals("full") ? Map.of() : Map.of("max_capacity_prompt", 48, "window_size", 8))
                .cache();
        try (DecoderModel model = DecoderModel.open(GoldenRun.model("llama-target"), ModelOptions.DEFAULTS);
                KvArena arena = model.newArena(1, 128)) {
            int before = model.openScopesAndArrays();
            for (int i = 0; i < 5; i++) {
                KvSlot slot = arena.take();
                try (PromptPass pass = PromptPass.start(model, slot, new Eviction(policy, 96, 0, false))) {
                    pass.feed(PROMPT, true, YieldPoint.NONE);
                    pass.lastLogits(4);
                }
                DecodeStep.run(model, List.of(slot), new int[] {3});
                slot.release();
            }
            assertThat(model.openScopesAndArrays()).isEqualTo(before);
            cancelOne(model, arena, policy);
            assertThat(model.openScopesAndArrays()).isEqualTo(before);
            assertThat(arena.inUse()).isZero();
        }
    }

    private static void cancelOne(DecoderModel model, KvArena arena, CachePolicy policy) {
        KvSlot slot = arena.take();
        try (PromptPass pass = PromptPass.start(model, slot, new Eviction(policy, 96, 0, false))) {
            assertThatThrownBy(() -> pass.feed(PROMPT, true, YieldPoint.endingWhen(() -> true)))
                    .isInstanceOf(CancelledException.class);
        } finally {
            slot.release();
        }
    }
}
