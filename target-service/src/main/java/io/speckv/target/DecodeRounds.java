package io.speckv.target;

import io.speckv.engine.CancelledException;
import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.torch.DecoderModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running answers: each step gives every one whose reader keeps up its next token, and verifies what drafts that go on
 * expect to follow it; no step waits for a draft. Confined to one thread.
 */
final class DecodeRounds {
    private static final Logger LOG = LoggerFactory.getLogger(DecodeRounds.class);

    /** Most drafted tokens that a step verifies, all answers together: each brings a row of logits to the host. */
    private static final int DRAFTED_TOKENS = 64;

    private final DecoderModel model;
    private final List<SlotSize> sizes;
    private final double prefillPerDecode;
    private final List<Generation> running = new ArrayList<>();
    private long lastEnd;
    private long lastNanos;

    DecodeRounds(DecoderModel model, List<SlotSize> sizes, double decodeShare) {
        this.model = model;
        this.sizes = sizes;
        this.prefillPerDecode = (1 - decodeShare) / decodeShare;
    }

    /** Takes a prefilled request over; it may be finished already. */
    void join(Generation generation) {
        running.add(generation);
        advanced(generation);
    }

    /** One token or more for every running answer, if decoding has not had its share of the time since the last step. */
    void stepIfDue() {
        if (!running.isEmpty() && System.nanoTime() - lastEnd >= lastNanos * prefillPerDecode) {
            dropUnwanted();
            step();
        }
    }

    /** One token or more for every running answer whose reader keeps up; returns whether there was any. */
    boolean step() {
        long started = System.nanoTime();
        boolean any = false;
        for (SlotSize size : sizes) {
            // Neighbouring slots need no copy.
            List<Generation> batch = running.stream()
                    .filter(generation -> generation.size().arena() == size.arena()
                            && generation.sink().hasRoom())
                    .sorted(Comparator.comparingInt(
                            generation -> generation.slot().index()))
                    .toList();
            if (!batch.isEmpty()) {
                any = true;
                step(batch);
            }
        }
        lastEnd = System.nanoTime();
        lastNanos = lastEnd - started;
        return any;
    }

    private void step(List<Generation> batch) {
        int room = DRAFTED_TOKENS / batch.size();
        List<DecodingSequence> sequences =
                batch.stream().map(generation -> generation.sequence(room)).toList();
        float[][][] logits;
        try {
            logits = DecodingSequence.nextLogits(model, sequences);
        } catch (RuntimeException e) {
            // The slots' content is undefined now, so nobody of the batch can go on.
            batch.forEach(generation -> leave(generation, e));
            return;
        }
        for (int i = 0; i < logits.length; i++) {
            Generation generation = batch.get(i);
            DecodingSequence sequence = sequences.get(i);
            try {
                int accepted = sequence.take(logits[i]);
                generation.request().expected().verified(sequence.drafted().length, accepted);
            } catch (RuntimeException e) {
                leave(generation, e);
                continue;
            }
            advanced(generation);
        }
    }

    private void advanced(Generation generation) {
        try {
            generation.sink().grown(generation.answer());
        } catch (RuntimeException e) {
            leave(generation, e);
            return;
        }
        if (generation.answer().isFinished()) {
            running.remove(generation);
            generation.release();
            guarded(() -> generation.sink().finished(generation.answer()));
        }
    }

    void dropUnwanted() {
        running.removeIf(DecodeRounds::dropIfOver);
    }

    void failAll(RuntimeException failure) {
        List.copyOf(running).forEach(generation -> leave(generation, failure));
    }

    private void leave(Generation generation, RuntimeException failure) {
        running.remove(generation);
        fail(generation, failure);
    }

    /** Releases what a request holds if nobody wants it any more; returns whether that is so. */
    static boolean dropIfOver(Generation generation) {
        boolean over = generation.sink().isOver();
        if (over) {
            fail(generation, new CancelledException("generation"));
        }
        return over;
    }

    /** Releases what a request holds, then tells its sink. */
    static void fail(Generation generation, Throwable failure) {
        guarded(() -> generation.abandon(failure));
        guarded(() -> generation.sink().failed(failure));
    }

    /** A sink that fails must not end the engine. */
    private static void guarded(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.error("an answer's end could not be told", e);
        }
    }
}
