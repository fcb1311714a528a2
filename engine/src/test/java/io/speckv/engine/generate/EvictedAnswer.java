package io.speckv.engine.generate;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.sampling.Greedy;
import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvArena;
import io.speckv.engine.torch.KvSlot;
import io.speckv.selection.cache.CachePolicy;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * What a policy without lookahead keeps of a prompt, and what is then answered, past every end token.
 *
 * @param kept positions by layer and KV head
 * @param nanos of the prefill with its eviction
 */
record EvictedAnswer(List<List<BitSet>> kept, int[] tokens, long nanos) {

    /** Returns what {@code policy} does, with an answer of {@code count} greedy tokens. */
    static EvictedAnswer of(DecoderModel model, int[] prompt, CachePolicy policy, int count) {
        TargetPrompt read = TargetPrompt.contiguous(prompt, policy, new int[0], false);
        int[] tokens = new int[count];
        try (KvArena arena = model.newArena(
                1, read.slotTokens(policy.mostKept(prompt.length, model.shape().kvHeads())) + count)) {
            KvSlot slot = arena.take();
            Prefilled prefilled = new TargetPrefill(model)
                    .run(slot, read, (logits, generated) -> Greedy.token(logits), YieldPoint.NONE);
            tokens[0] = prefilled.tokens()[0];
            for (int i = 1; i < count; i++) {
                tokens[i] = Greedy.token(DecodeStep.run(model, List.of(slot), new int[] {tokens[i - 1]})[0]);
            }
            List<List<BitSet>> kept = prefilled.kept().stream()
                    .map(layer -> Arrays.stream(layer.perHead())
                            .map(EvictedAnswer::set)
                            .toList())
                    .toList();
            return new EvictedAnswer(
                    kept,
                    tokens,
                    prefilled.nanos().prefill() + prefilled.nanos().evict());
        }
    }

    private static BitSet set(int[] positions) {
        BitSet set = new BitSet();
        Arrays.stream(positions).forEach(set::set);
        return set;
    }
}
