package io.speckv.target;

import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.DeviceSampler;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.serving.batch.BatchEngine;
import io.speckv.serving.batch.BatchTerms;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes requests. A request first waits for a slot in the {@link io.speckv.kit.admission.Admission} of its size, then for
 * the {@link BatchEngine}. A prompt whose lookahead is still on its way is read without it if {@link PrefillOverlap} allows
 * that.
 */
final class GenerationScheduler implements AutoCloseable {
    private final Set<Integer> endTokens;
    private final TargetPrefill prefill;
    private final PrefillOverlap overlap;
    private final SlotSizes sizes;
    private final BatchEngine<GenerationRun> engine;

    /**
     * Starts the engine's thread.
     *
     * @param prefill reads the prompts
     * @param sizes slots, which stay the caller's
     * @param sampler chooses tokens on the model's device, and stays the caller's; null to choose them on the host
     * @param overlap which prompts are read before their lookahead has arrived
     * @param onDeath called with the reason if an error or a hanging device ends the engine; no request is taken from then
     *     on
     */
    GenerationScheduler(
            DecoderModel model,
            TargetPrefill prefill,
            SlotSizes sizes,
            @Nullable DeviceSampler sampler,
            TargetSettings.Overlap overlap,
            BatchTerms terms,
            Consumer<String> onDeath) {
        this.endTokens = model.checkpoint().endTokens();
        this.prefill = prefill;
        this.overlap = new PrefillOverlap(overlap, model, prefill);
        this.sizes = sizes;
        this.engine = new BatchEngine<>(
                "speckv-target-engine",
                new GenerationStep(model, sizes.all(), sampler),
                terms,
                GenerationScheduler::stopped,
                onDeath);
    }

    /**
     * Takes a request. Its results go to the sink.
     *
     * @throws RequestException with QUEUE_FULL, PROMPT_TOO_LONG if no slot is large enough, or DRAINING
     */
    GenerationRun submit(GenerationRequest request, AnswerReply sink) {
        if (engine.isClosing()) {
            throw stopped();
        }
        SlotSize size = sizes.holding(request.slotTokens());
        GenerationRun generation = new GenerationRun(request, sink, size, prefill, overlap, endTokens);
        generation.place().enter(size.admission(), request.tokens().length, () -> {
            generation.admitted();
            engine.submit(generation);
        });
        return generation;
    }

    /** Wakes the engine because a sink is over or has room, or lookahead has arrived. Cheap; callable from any thread. */
    void wake() {
        engine.wake();
    }

    /** Returns the failure for requests that are not done when the engine ends. */
    static RequestException stopped() {
        return RequestException.of(FailureCode.DRAINING, "the target stops before the answer is complete");
    }

    /**
     * Stops the engine after the current step. Requests that are not done fail with DRAINING.
     *
     * @throws IllegalStateException if an error had already ended the engine
     */
    @Override
    public void close() {
        engine.close();
    }
}
