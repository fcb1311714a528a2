package io.speckv.target;

import io.speckv.engine.CancelledException;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.DecodingSequence;
import io.speckv.engine.torch.KvSlot;
import io.speckv.kit.admission.Permit;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request on its way through the scheduler, and what it holds. Confined to the engine's thread once admitted. */
final class Generation {
    private final GenerationRequest request;
    private final AnswerSink sink;
    private final SlotSize size;
    private final Answer answer;
    private volatile @Nullable CompletableFuture<Permit> turn;
    private @Nullable Permit permit;
    private @Nullable KvSlot slot;
    private long admittedNanos;

    Generation(GenerationRequest request, AnswerSink sink, SlotSize size, Set<Integer> endTokens) {
        this.request = request;
        this.sink = sink;
        this.size = size;
        this.answer = request.newAnswer(endTokens);
    }

    GenerationRequest request() {
        return request;
    }

    AnswerSink sink() {
        return sink;
    }

    SlotSize size() {
        return size;
    }

    Answer answer() {
        return answer;
    }

    /** Gives the place in the queue up, if it still waits there; to be called when {@link AnswerSink#isOver} turns true. */
    void withdraw() {
        CompletableFuture<Permit> waiting = turn;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    void waitsFor(CompletableFuture<Permit> future) {
        turn = future;
        if (sink.isOver()) {
            withdraw();
        }
    }

    void admitted(Permit given) {
        permit = given;
        admittedNanos = System.nanoTime();
    }

    /** Nanoseconds until the prefill may begin without further lookahead; at most 0 if it may begin now. */
    long nanosToStart(long now) {
        return request.isLookaheadHere() ? 0 : request.lookaheadWaitNanos() - (now - admittedNanos);
    }

    KvSlot takeSlot() {
        KvSlot taken = size.arena().take();
        slot = taken;
        return taken;
    }

    /** The sequence to decode; only between prefill and release. */
    DecodingSequence sequence() {
        KvSlot held = slot;
        if (held == null) {
            throw new IllegalStateException("the request holds no slot");
        }
        return new DecodingSequence(held, answer);
    }

    /** As {@link #release}, for a request that did not end well: what its slot holds may be damaged. */
    void abandon(Throwable failure) {
        // A caller that goes away while tokens come leaves keys whose logits were finite.
        boolean sound = failure instanceof CancelledException && answer.size() > 0;
        try {
            if (slot != null && !sound) {
                slot.erase();
            }
        } finally {
            release();
        }
    }

    /** Gives slot and permit back; again does nothing. */
    void release() {
        if (slot != null) {
            slot.release();
            slot = null;
        }
        if (permit != null) {
            permit.close();
            permit = null;
        }
    }
}
