package io.speckv.engine.generate;

import io.speckv.engine.torch.ChunkStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;
import java.util.List;

/**
 * A sequence that is being decoded: where its keys are, what it said so far, and what a draft thinks that follows.
 *
 * @param drafted tokens that one step is to verify, fewer than the {@linkplain Answer#tokensLeft tokens left}; empty for a
 *     plain step
 */
public record DecodingSequence(KvSlot slot, Answer answer, int[] drafted) {

    /**
     * Feeds each sequence's pending token and its drafted ones and returns the logits that follow each,
     * {@code [sequences][1 + drafted][vocabSize]}; {@link #take} is to follow. What comes out for one sequence does not
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
     * Lets the answer grow by what {@link Verification} accepts of the drafted tokens, and by the token it chooses after
     * those; the keys of the others are dropped.
     *
     * @param logits of this sequence
     * @return drafted tokens that it grew by
     * @throws io.speckv.engine.NonFiniteException if no token can be chosen
     */
    public int take(float[][] logits) {
        int accepted = answer.feed(drafted, logits);
        slot.dropLast(drafted.length - accepted);
        return accepted;
    }
}
