package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.Eviction;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.engine.torch.PromptPass;
import io.speckv.selection.cache.FullCache;
import java.util.List;

/** What a model goes on with on its own, on a full cache and past every end token. */
final class GreedyTokens {
    private GreedyTokens() {}

    /** Returns the {@code count} likeliest tokens after a prompt, one after the other. */
    static int[] after(DecoderModel model, int[] prompt, int count) {
        int[] tokens = new int[count];
        try (KvArena arena = model.newArena(1, prompt.length + count)) {
            KvSlot slot = arena.take();
            float[] next;
            try (PromptPass pass =
                    PromptPass.start(model, slot, new Eviction(new FullCache(), prompt.length, 0, false))) {
                pass.feed(prompt, true, YieldPoint.NONE);
                next = pass.lastLogits(1)[0];
            }
            for (int i = 0; i < count; i++) {
                tokens[i] = Greedy.token(next);
                next = DecodeStep.run(model, List.of(slot), new int[] {tokens[i]})[0];
            }
        }
        return tokens;
    }
}
