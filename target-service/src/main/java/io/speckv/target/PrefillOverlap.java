package io.speckv.target;

import io.speckv.engine.YieldPoint;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.generate.OpenPrefill;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;

/**
 * Reads prompts while their lookahead is on its way, if that pays and there is enough memory. Confined to the engine's
 * thread.
 *
 * <p>It saves at most the time of reading the prompt. It costs one more pass over the weights, for the few rows of the last
 * piece. So it pays only for prompts that take much longer to read than one pass over the weights. If keys will be evicted,
 * those of all layers are held until the lookahead has arrived, instead of one layer's at a time.
 */
final class PrefillOverlap {
    private final TargetSettings.Overlap settings;
    private final DecoderModel model;
    private final TargetPrefill prefill;
    private long bytesHeld;

    PrefillOverlap(TargetSettings.Overlap settings, DecoderModel model, TargetPrefill prefill) {
        this.settings = settings;
        this.model = model;
        this.prefill = prefill;
    }

    /** Returns whether the prompt may be read now, without its lookahead. */
    boolean mayBegin(GenerationRequest request) {
        return settings.memory().bytes() > 0
                && request.tokens().length >= settings.leastTokens()
                && bytes(request) <= settings.memory().bytes() - bytesHeld
                && request.prompt().canBeginWithoutLookahead(request.mostLookahead());
    }

    /** Returns the bytes of keys, values and observing queries that would be held; 0 if nothing is evicted. */
    private long bytes(GenerationRequest request) {
        int prompt = request.tokens().length;
        int lookahead = request.mostLookahead();
        if (!request.policy().compresses(prompt)) {
            return 0;
        }
        int rows = prompt + lookahead;
        long queries =
                Math.min(rows, request.policy().observation(prompt, lookahead).queries());
        ModelShape shape = model.shape();
        return rows * model.kvBytesPerToken()
                + queries * model.kvBytesPerToken() * shape.heads() / (2L * shape.kvHeads());
    }

    /** Reads all but the prompt's last token. */
    Held begin(GenerationRequest request, KvSlot slot, YieldPoint yieldPoint) {
        long bytes = bytes(request);
        // Counted before reading, because other prompts may begin between the blocks of this one.
        bytesHeld += bytes;
        boolean read = false;
        try {
            OpenPrefill open = prefill.begin(slot, request.prompt(), request.mostLookahead(), yieldPoint);
            read = true;
            return new Held(open, bytes);
        } finally {
            if (!read) {
                bytesHeld -= bytes;
            }
        }
    }

    /** The part of a prompt that is read, and the memory that it takes. Close it exactly once. */
    final class Held implements AutoCloseable {
        private final OpenPrefill open;
        private final long bytes;

        private Held(OpenPrefill open, long bytes) {
            this.open = open;
            this.bytes = bytes;
        }

        OpenPrefill open() {
            return open;
        }

        @Override
        public void close() {
            bytesHeld -= bytes;
            open.close();
        }
    }
}
