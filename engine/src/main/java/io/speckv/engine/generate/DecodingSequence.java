package io.speckv.engine.generate;

import io.speckv.engine.torch.DecodeStep;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;
import java.util.List;

/** A sequence that is being decoded: where its keys are, and what it said so far. */
public record DecodingSequence(KvSlot slot, Answer answer) {

    /**
     * Feeds each sequence's pending token and returns the logits that follow, {@code [sequences][vocabSize]}; each is then
     * to be {@linkplain Answer#feed fed} to its own answer. What comes out for one sequence does not depend on the others.
     *
     * @param sequences of one arena, none finished, each at most once
     * @throws io.speckv.engine.PromptTooLongException if a slot is full or a position is beyond the model's
     */
    public static float[][] nextLogits(DecoderModel model, List<DecodingSequence> sequences) {
        return DecodeStep.run(
                model,
                sequences.stream().map(DecodingSequence::slot).toList(),
                sequences.stream()
                        .mapToInt(sequence -> sequence.answer.pendingToken())
                        .toArray());
    }
}
