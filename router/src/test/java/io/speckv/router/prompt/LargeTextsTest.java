package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Context;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class LargeTextsTest {
    private static final int LARGE = 1 << 18;

    private final LargeTexts texts = new LargeTexts(1);

    private static <T> CompletableFuture<T> started(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, run -> new Thread(run, "reads a text").start());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails as a caller does who has gone: whoever finds no place is told so at once. */
    private boolean isFree() {
        Context.CancellableContext gone = Context.current().withCancellation();
        gone.cancel(null);
        try {
            return gone.call(() -> texts.turn(LARGE).take(() -> true));
        } catch (RequestException e) {
            assertThat(e.code()).isEqualTo(FailureCode.CANCELLED);
            return false;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoWaitsForAnEngineHasNoPlaceAndTakesOneForWhatItAnswers() {
        CountDownLatch asks = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        LargeTexts.Turn waits = texts.turn(LARGE);
        CompletableFuture<Boolean> chat = started(() -> waits.take(() -> {
            waits.during(() -> {
                asks.countDown();
                await(answer);
                return "answer";
            });
            return isFree();
        }));
        await(asks);
        assertThat(isFree()).isTrue();
        answer.countDown();
        assertThat(chat.join()).as("whether its place is another's again").isFalse();
        assertThat(isFree()).isTrue();
    }

    @Test
    void aWaitThatFailsLeavesNoPlaceTaken() {
        LargeTexts.Turn waits = texts.turn(LARGE);
        assertThatThrownBy(() -> waits.take(() -> waits.during(() -> {
                    throw new IllegalStateException("the engine has gone");
                })))
                .hasMessage("the engine has gone");
        assertThat(isFree()).isTrue();
    }

    @Test
    void aCallerWhoLeavesWhileAnEngineIsAskedTakesNoPlaceAgain() {
        Context.CancellableContext caller = Context.current().withCancellation();
        LargeTexts.Turn waits = texts.turn(LARGE);
        CountDownLatch asks = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        CompletableFuture<Void> chat = started(() -> {
            caller.run(() -> waits.take(() -> waits.during(() -> {
                asks.countDown();
                await(answer);
                return "answer";
            })));
            return null;
        });
        await(asks);
        assertThat(isFree()).isTrue();
        texts.turn(LARGE).take(() -> {
            caller.cancel(null);
            answer.countDown();
            assertThatThrownBy(chat::join).hasMessageContaining("the caller has gone");
            return true;
        });
        assertThat(isFree()).isTrue();
    }

    @Test
    void smallTextsPass() {
        assertThat(texts.turn(LARGE).<String>take(() -> texts.turn(LARGE - 1).take(() -> "small")))
                .isEqualTo("small");
    }
}
