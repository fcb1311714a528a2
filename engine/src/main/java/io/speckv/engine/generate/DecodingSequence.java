package io.speckv.engine.generate;

import io.speckv.engine.sampling.TokenDraw;
import io.speckv.engine.torch.ChunkStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceSampler;
import io.speckv.engine.torch.KvSlot;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that is being decoded: the slot with its keys, its answer so far, and the tokens that a draft expects next.
 *
 * @param drafted tokens for the next step to verify, fewer than the {@linkplain Answer#tokensLeft tokens left}; empty for a
 *     plain step
 */
public record DecodingSequence(KvSlot slot, Answer answer, int[] drafted) {

    /**
     * Feeds each sequence's pending token and its drafted tokens, and returns the tokens that follow. Call {@link #take} with
     * them next. The result for one sequence does not depend on the others.
     *
     * @param sequences of one arena, none finished, each at most once
     * @param sampler chooses the tokens on the model's device; null to choose them on the host
     * @throws io.speckv.engine.PromptTooLongException if a slot is full or a position is beyond the model's
     */
    public static List<NextTokens> next(
            DecoderModel model, List<DecodingSequence> sequences, @Nullable DeviceSampler sampler) {
        List<KvSlot> slots = sequences.stream().map(DecodingSequence::slot).toList();
        int[][] chunks = sequences.stream().map(DecodingSequence::fed).toArray(int[][]::new);
        if (sampler == null) {
            float[][][] logits = ChunkStep.run(model, slots, chunks);
            return IntStream.range(0, logits.length)
                    .mapToObj(i -> sequences.get(i).answer.onHost(logits[i]))
                    .toList();
        }
        List<List<TokenDraw>> draws = sequences.stream()
                .map(sequence -> sequence.answer.draws(sequence.drafted))
                .toList();
        return ChunkStep.choosing(model, slots, chunks, sampler, draws).stream()
                .<NextTokens>map(DeviceTokens::new)
                .toList();
    }

    private int[] fed() {
        return TargetPrefill.concat(new int[] {answer.pendingToken()}, drafted);
    }

    /**
     * Lets the answer grow by the drafted tokens that {@link Verification} accepts and by the token that it chooses after
     * them. The keys of the other drafted tokens are dropped.
     *
     * @param next of this sequence
     * @return number of drafted tokens in the growth
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    public int take(NextTokens next) {
        int accepted = answer.feed(drafted, next);
        slot.dropLast(drafted.length - accepted);
        return accepted;
    }
}
