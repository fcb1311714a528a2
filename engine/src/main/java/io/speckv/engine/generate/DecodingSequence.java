package io.speckv.engine.generate;

import io.speckv.engine.torch.ChunkStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;
import java.util.List;

/**
 * A sequence that is being decoded: the slot with its keys, its answer so far, and the tokens that a draft expects next.
 *
 * @param drafted tokens for the next step to verify, fewer than the {@linkplain Answer#tokensLeft tokens left}; empty for a
 *     plain step
 */
public record DecodingSequence(KvSlot slot, Answer answer, int[] drafted) {

    /**
     * Feeds each sequence's pending token and its drafted tokens, and returns the logits after each,
     * {@code [sequences][1 + drafted][vocabSize]}. Call {@link #take} with them next. The result for one sequence does not
     * depend on the others.
     *
     * @param sequences of one arena, none finished, each at most once
     * @throws io.speckv.engine.PromptTooLongException if a slot is full or a position is beyond the model's
     */
    public static float[][][] nextLogits(DecoderModel model, List<DecodingSequence> sequences) {
        return ChunkStep.run(
                model,
                sequences.stream().map(DecodingSequence::slot).toList(),
                sequences.stream()
                        .map(sequence ->
                                TargetPrefill.concat(new int[] {sequence.answer.pendingToken()}, sequence.drafted))
                        .toArray(int[][]::new));
    }

    /**
     * Lets the answer grow by the drafted tokens that {@link Verification} accepts and by the token that it chooses after
     * them. The keys of the other drafted tokens are dropped.
     *
     * @param logits of this sequence
     * @return number of drafted tokens in the growth
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    public int take(float[][] logits) {
        int accepted = answer.feed(drafted, logits);
        slot.dropLast(drafted.length - accepted);
        return accepted;
    }
}
