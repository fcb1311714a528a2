package io.speckv.target;

import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.generate.NextTokens;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceSampler;
import io.speckv.serving.batch.BatchStep;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A step of the target. Every answer whose reader keeps up gets its next token, and tokens that drafts speculate to follow
 * it are verified. No step waits for a draft.
 */
final class GenerationStep implements BatchStep<GenerationRun> {
    /**
     * Most drafted tokens that a step verifies for all answers together. The number is bounded because each has a row of
     * logits of its own.
     */
    private static final int DRAFTED_TOKENS = 64;

    private final DecoderModel model;
    private final List<SlotSize> sizes;
    private final @Nullable DeviceSampler sampler;

    /** @param sampler chooses the tokens on the model's device; null to choose them on the host */
    GenerationStep(DecoderModel model, List<SlotSize> sizes, @Nullable DeviceSampler sampler) {
        this.model = model;
        this.sizes = sizes;
        this.sampler = sampler;
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
    public List<Runnable> run(List<GenerationRun> batch) {
        int room = DRAFTED_TOKENS / batch.size();
        List<DecodingSequence> sequences =
                batch.stream().map(generation -> generation.nextSequence(room)).toList();
        List<NextTokens> next = DecodingSequence.next(model, sequences, sampler);
        return IntStream.range(0, next.size())
                .<Runnable>mapToObj(i -> () -> batch.get(i).take(next.get(i)))
                .toList();
    }

    @Override
    public boolean works() {
        return model.computes();
    }
}
