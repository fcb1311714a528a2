package io.speckv.target;

import io.speckv.engine.Cancellation;
import io.speckv.engine.generate.Prefilled;
import io.speckv.engine.generate.TargetPrefill;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.engine.torch.KvSlot;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching: one thread owns the model, and all running answers go through it together, one token each at every
 * step. Answers join after their prefill and leave when they end, at any step. Between its row blocks a prefill gives way
 * to decode steps, so that a long prompt does not stall running answers, and to prefills of much shorter prompts, so that
 * these need not wait for it. A prompt whose lookahead is still on its way is read without it where {@link Overlap}
 * allows that, and then waits beside the others; nobody waits for it.
 *
 * <p>A request waits for a slot in its size's {@link io.speckv.kit.admission.Admission}, then for the engine. What it
 * holds is released on the engine's thread, once, however it ends.
 */
final class GenerationScheduler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationScheduler.class);
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** A prompt this many times shorter may overtake; so prefills nest only a few deep. */
    private static final int SHORTER = 4;

    private final Set<Integer> endTokens;
    private final TargetPrefill prefill;
    private final Overlap overlap;
    private final SlotSizes sizes;
    private final DecodeRounds rounds;
    private final Queue<Generation> arrived = new ConcurrentLinkedQueue<>();
    private final List<Generation> ready = new ArrayList<>();
    private final Semaphore news = new Semaphore(0);
    private final Thread engine = new Thread(this::run, "speckv-target-engine");
    private final Runnable onDeath;
    private volatile boolean closing;
    private volatile @Nullable Error deadly;

    /**
     * Starts the engine's thread.
     *
     * @param prefill reads the prompts
     * @param sizes stay the caller's
     * @param overlap which prompts are read before their lookahead is here
     * @param decodeShare of the engine's time for running answers while a prompt is prefilled, above 0 to 1
     * @param onDeath runs if an error ends the engine's thread; nothing is taken from then on
     */
    GenerationScheduler(
            DecoderModel model,
            TargetPrefill prefill,
            SlotSizes sizes,
            TargetSettings.Overlap overlap,
            double decodeShare,
            Runnable onDeath) {
        this.endTokens = model.checkpoint().endTokens();
        this.prefill = prefill;
        this.overlap = new Overlap(overlap, model, prefill);
        this.sizes = sizes;
        this.rounds = new DecodeRounds(model, sizes.all(), decodeShare);
        this.onDeath = onDeath;
        engine.start();
    }

    /**
     * Takes a request; what comes of it goes to the sink.
     *
     * @throws RequestException with QUEUE_FULL, PROMPT_TOO_LONG where no slot is large enough, or DRAINING
     */
    Generation submit(GenerationRequest request, AnswerSink sink) {
        if (closing) {
            throw stopped();
        }
        SlotSize size = sizes.holding(request.slotTokens());
        Generation generation = new Generation(request, sink, size, endTokens);
        var turn = size.admission().admit(request.tokens().length);
        generation.waitsFor(turn);
        var unused = turn.thenAccept(permit -> {
            generation.admitted(permit);
            arrived.add(generation);
            wake();
            if (!engine.isAlive()) {
                refuseArrived();
            }
        });
        return generation;
    }

    /** Lets the engine look again: a sink is over or has room, or lookahead has come. Cheap; from any thread. */
    void wake() {
        news.release();
    }

    private void run() {
        try {
            while (!closing) {
                takeArrived();
                dropUnwanted();
                boolean busy = prefillNext(Integer.MAX_VALUE);
                busy |= rounds.step();
                if (!busy) {
                    await();
                }
            }
        } catch (InterruptedException e) {
            LOG.warn("the engine's thread was interrupted and ends");
        } catch (Error e) {
            LOG.error("the engine's thread failed and ends", e);
            deadly = e;
        } finally {
            closing = true;
            ready.forEach(generation -> DecodeRounds.fail(generation, stopped()));
            rounds.failAll(stopped());
            refuseArrived();
        }
        if (deadly != null) {
            onDeath.run();
        }
    }

    /** Returns the failure of requests that outlive the engine. */
    static RequestException stopped() {
        return RequestException.of(FailureCode.DRAINING, "the target stops before the answer is complete");
    }

    /** Nobody takes them any more; failing one may let the next one in. */
    private void refuseArrived() {
        for (Generation next = arrived.poll(); next != null; next = arrived.poll()) {
            DecodeRounds.fail(next, stopped());
        }
    }

    private void takeArrived() {
        for (Generation next = arrived.poll(); next != null; next = arrived.poll()) {
            ready.add(next);
        }
    }

    private void dropUnwanted() {
        ready.removeIf(DecodeRounds::dropIfOver);
        rounds.dropUnwanted();
    }

    /**
     * Prefills the first request that need not wait any longer, those first whose prompt is read but for the lookahead;
     * returns whether there was one.
     *
     * @param mostTokens of its prompt that are still to be read
     */
    private boolean prefillNext(int mostTokens) {
        long now = System.nanoTime();
        for (int i = 0; i < ready.size(); i++) {
            Generation next = ready.get(i);
            if (next.unreadTokens() <= mostTokens && nanosToWait(next, now) <= 0) {
                prefill(ready.remove(i));
                return true;
            }
        }
        return false;
    }

    /** As {@link Generation#nanosToWait}, but 0 where there is something to do meanwhile. */
    private long nanosToWait(Generation generation, long now) {
        boolean canBegin = !generation.isBegun() && overlap.mayBegin(generation.request());
        return canBegin ? 0 : generation.nanosToWait(now);
    }

    private void prefill(Generation generation) {
        try {
            Prefilled prefilled = generation.isBegun() ? goOn(generation) : begin(generation);
            if (prefilled == null) {
                ready.add(0, generation);
                return;
            }
            generation.sink().prefilled(prefilled);
            generation.answer().start(prefilled);
        } catch (RuntimeException e) {
            DecodeRounds.fail(generation, e);
            return;
        } catch (Error e) {
            DecodeRounds.fail(generation, e);
            throw e;
        }
        rounds.join(generation);
    }

    /** Reads a prompt; returns null where it waits for lookahead then. */
    private @Nullable Prefilled begin(Generation generation) {
        GenerationRequest request = generation.request();
        boolean waits = generation.nanosToWait(System.nanoTime()) > 0;
        KvSlot slot = generation.takeSlot();
        Cancellation cancellation = new BetweenBlocks(generation);
        generation.sink().prefillBegins();
        if (!waits) {
            return prefill.run(
                    slot,
                    request.prompt().withLookahead(request.takeLookahead()),
                    generation.answer().choice(),
                    cancellation);
        }
        generation.hold(overlap.begin(request, slot, cancellation));
        generation.sink().promptRead(generation.begun());
        return request.isLookaheadHere() ? goOn(generation) : null;
    }

    /** Reads what was left for when the lookahead is here. */
    private Prefilled goOn(Generation generation) {
        generation.sink().prefillGoesOn();
        Prefilled prefilled = generation
                .begun()
                .finish(
                        generation.request().takeLookahead(),
                        generation.answer().choice(),
                        new BetweenBlocks(generation));
        generation.letGo();
        return prefilled;
    }

    /** The engine asks it between row blocks: the place to let others take their turn. */
    private final class BetweenBlocks implements Cancellation {
        private final Generation generation;
        private final int tokens;
        private final long began = System.nanoTime();
        private long overtakenNanos;

        BetweenBlocks(Generation generation) {
            this.generation = generation;
            this.tokens = generation.unreadTokens();
        }

        @Override
        public boolean requested() {
            if (generation.sink().isOver()) {
                return true;
            }
            rounds.stepIfDue();
            overtake();
            return generation.sink().isOver();
        }

        /** Short prompts get at most as much time as the long one, so that a stream of them does not starve it. */
        private void overtake() {
            takeArrived();
            ready.removeIf(DecodeRounds::dropIfOver);
            long now = System.nanoTime();
            if (overtakenNanos <= now - began - overtakenNanos && prefillNext(tokens / SHORTER)) {
                overtakenNanos += System.nanoTime() - now;
            }
        }
    }

    private void await() throws InterruptedException {
        long now = System.nanoTime();
        long least = ready.stream()
                .mapToLong(generation -> nanosToWait(generation, now))
                .min()
                .orElse(IDLE_NANOS);
        if (news.tryAcquire(Math.min(least, IDLE_NANOS), TimeUnit.NANOSECONDS)) {
            news.drainPermits();
        }
    }

    /**
     * Stops the engine after the step it is in; requests that are not done fail with DRAINING.
     *
     * @throws IllegalStateException if an error had ended it before
     */
    @Override
    public void close() {
        closing = true;
        wake();
        try {
            engine.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the engine's thread ends", e);
        }
        refuseArrived();
        if (deadly != null) {
            throw new IllegalStateException("the engine's thread had ended with an error", deadly);
        }
    }
}
