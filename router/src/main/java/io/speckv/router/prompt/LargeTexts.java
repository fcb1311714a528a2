package io.speckv.router.prompt;

import io.grpc.Context;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.renderer.RendererWait;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets as many large texts be tokenized at once as there are cores: more would only hold more memory. Small ones pass.
 */
final class LargeTexts {
    /** Bytes of a text that takes about a tenth of a second. */
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

    /** Returns the turn of a text of so many bytes, which has not come yet. */
    Turn turn(int bytes) {
        return new Turn(bytes >= LARGE);
    }

    /**
     * The turn of one text. While an engine is waited for its place is another's, or one that is slow would stop every large text of
     * the pool. The bound on memory stays: a place stands for what tokenizing works with, and none of that is there while an engine
     * is asked. A chat then holds itself, what was sent, what comes back and at most the tokens of a question before, and no more
     * chats do than {@code renderer.at-once}. Thread-confined.
     */
    final class Turn implements RendererWait {
        private final boolean needed;
        private boolean held;

        private Turn(boolean needed) {
            this.needed = needed;
        }

        /**
         * Returns what the work gives, when it is its turn.
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
            // Who holds a place never waits for one at the renderer, so this one comes back.
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

    /** Returns whether the call that this thread works for was cancelled or is beyond its deadline. */
    static boolean callerHasGone() {
        return Context.current().isCancelled();
    }

    static RequestException callerGone() {
        return RequestException.of(FailureCode.CANCELLED, "the caller has gone before its prompt was tokenized");
    }
}
