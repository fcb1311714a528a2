package io.speckv.target;

import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.serving.batch.BatchStep;
import java.util.Comparator;
import java.util.List;

/**
 * A step of the target. Every answer whose reader keeps up gets its next token, and tokens that drafts speculate to follow
 * it are verified. No step waits for a draft.
 */
final class GenerationStep implements BatchStep<GenerationRun> {
    /**
     * Most drafted tokens that a step verifies for all answers together. The number is bounded because a row of logits is
     * copied to the host for each.
     */
    private static final int DRAFTED_TOKENS = 64;

    private final DecoderModel model;
    private final List<SlotSize> sizes;

    GenerationStep(DecoderModel model, List<SlotSize> sizes) {
        this.model = model;
        this.sizes = sizes;
    }

    /** Makes one batch for each size of slots, sorted by slot, because a step copies no keys of neighbouring slots. */
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
