package io.speckv.router.prompt;

import io.grpc.Context;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.renderer.RendererWait;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Limits how many large texts are tokenized at once to the number of cores; more would only take more memory. Small texts pass
 * freely.
 */
final class LargeTexts {
    /** Bytes of a text that takes about a tenth of a second to tokenize. */
    private static final int LARGE = 1 << 18;

    private static final long ASK_MILLIS = 50;

    private final Semaphore places;

    /** @param most texts at once, at least 1 */
    LargeTexts(int most) {
        places = new Semaphore(most, true);
    }

    static LargeTexts asManyAsCores() {
        return new LargeTexts(Math.max(1, Runtime.getRuntime().availableProcessors()));
    }

    /** Returns the turn of a text of this size; the turn has not begun yet. */
    Turn turn(int bytes) {
        return new Turn(bytes >= LARGE);
    }

    /**
     * The turn of one text. While it waits for an engine it gives its place away; otherwise one slow engine would stop every
     * large text of the pool. Memory stays bounded, because a place stands for the memory of tokenizing, and none is in use
     * while an engine is asked. The chat then holds only itself, what was sent, what comes back and at most the tokens of an
     * earlier question, and {@code renderer.at-once} bounds the number of such chats. Thread-confined.
     */
    final class Turn implements RendererWait {
        private final boolean needed;
        private boolean held;

        private Turn(boolean needed) {
            this.needed = needed;
        }

        /**
         * Waits for a place, does the work and returns its result.
         *
         * @throws RequestException with CANCELLED if the caller has gone before
         */
        <T> T take(Supplier<T> work) {
            acquire();
            try {
                return work.get();
            } finally {
                giveBack();
            }
        }

        @Override
        public <T> T during(Supplier<T> wait) {
            if (!held) {
                return wait.get();
            }
            giveBack();
            T answer = wait.get();
            // No holder of a place waits for a place at the renderer, so a place here becomes free again.
            acquire();
            return answer;
        }

        private void acquire() {
            try {
                while (needed && !held) {
                    held = places.tryAcquire(ASK_MILLIS, TimeUnit.MILLISECONDS);
                    if (!held && callerHasGone()) {
                        throw callerGone();
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw callerGone();
            }
        }

        private void giveBack() {
            if (held) {
                held = false;
                places.release();
            }
        }
    }

    /** Returns whether this thread's call was cancelled or is past its deadline. */
    static boolean callerHasGone() {
        return Context.current().isCancelled();
    }

    static RequestException callerGone() {
        return RequestException.of(FailureCode.CANCELLED, "the caller has gone before its prompt was tokenized");
    }
}
