package io.speckv.target;

import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.serving.batch.BatchStep;
import java.util.Comparator;
import java.util.List;

/**
 * A step of the target: gives every answer whose reader keeps up its next token, and verifies what drafts speculate
 * to follow it; no step waits for a draft.
 */
final class GenerationStep implements BatchStep<GenerationRun> {
    /** Most drafted tokens that a step verifies, all answers together: each brings a row of logits to the host. */
    private static final int DRAFTED_TOKENS = 64;

    private final DecoderModel model;
    private final List<SlotSize> sizes;

    GenerationStep(DecoderModel model, List<SlotSize> sizes) {
        this.model = model;
        this.sizes = sizes;
    }

    /** One batch for each size of slots; neighbouring slots need no copy. */
    @Override
    public List<List<GenerationRun>> batches(List<GenerationRun> ready) {
        return sizes.stream()
                .map(size -> ready.stream()
                        .filter(generation -> generation.size().arena() == size.arena())
                        .sorted(Comparator.comparingInt(
                                generation -> generation.slot().index()))
                        .toList())
                .filter(batch -> !batch.isEmpty())
                .toList();
    }

    @Override
    public float[][][] logits(List<GenerationRun> batch) {
        int room = DRAFTED_TOKENS / batch.size();
        List<DecodingSequence> sequences =
                batch.stream().map(generation -> generation.nextSequence(room)).toList();
        return DecodingSequence.nextLogits(model, sequences);
    }

    @Override
    public boolean works() {
        return model.computes();
    }
}
