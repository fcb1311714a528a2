package io.speckv.engine.generate;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.GoldenRun;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** A sparse prefill in small row blocks, whose columns may lie after the block, is the one in a single block. */
class SparsePrefillTest {
    private static final int[] PROMPT = new Random(1).ints(400, 0, 250).toArray();

    @Test
    void rowBlocksDoNotMatter() {
        Prefilled whole = prefill(4096);
        Prefilled blocks = prefill(48);

        for (int layer = 0; layer < whole.kept().size(); layer++) {
            assertThat(blocks.kept().get(layer).perHead())
                    .isDeepEqualTo(whole.kept().get(layer).perHead());
        }
        assertThat(blocks.logits()[0]).hasSameSizeAs(whole.logits()[0]);
        for (int i = 0; i < whole.logits()[0].length; i++) {
            assertThat(blocks.logits()[0][i]).isCloseTo(whole.logits()[0][i], Offset.offset(1e-3f));
        }
    }

    private static Prefilled prefill(int rowBlock) {
        CachePolicy policy = Methods.of(
                        "speckv",
                        Map.of(
                                "max_capacity_prompt", 90,
                                "window_size", 8,
                                "prefill_window_size", 64,
                                "prefill_vertical_size", 32))
                .cache();
        ModelOptions options =
                ModelOptions.DEFAULTS.withPrecision(Precision.FP32).withRowBlock(rowBlock);
        try (DecoderModel model = DecoderModel.open(GoldenRun.model("llama-target"), options);
                KvArena arena = model.newArena(1, 500)) {
            TargetPrompt prompt = TargetPrompt.contiguous(PROMPT, policy, new int[0], false);
            return new TargetPrefill(model)
                    .run(arena.take(), prompt, (logits, generated) -> Greedy.token(logits), YieldPoint.NONE);
        }
    }
}
