package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.engine.YieldPoint;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A request that takes a number of steps. */
final class FakeRequest implements BatchedRequest {
    private final List<String> log;
    final String name;
    final CompletableFuture<String> end = new CompletableFuture<>();
    final AtomicInteger steps;
    volatile boolean over;
    volatile boolean waits;
    volatile boolean ready = true;
    boolean failsToEnd;
    boolean failsToSay;
    int failsAtStep = -1;
    int promptTokens = 1000;
    int blocks = 1;
    BooleanSupplier enough = () -> true;
    Runnable whilePrefilling = () -> {};

    FakeRequest(String name, int steps, List<String> log) {
        this.log = log;
        this.name = name;
        this.steps = new AtomicInteger(steps);
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public int unreadTokens() {
        return promptTokens;
    }

    @Override
    public long nanosToWait(long now) {
        return waits ? TimeUnit.HOURS.toNanos(1) : 0;
    }

    @Override
    public boolean prefill(YieldPoint betweenBlocks) {
        log.add("prefill " + name);
        whilePrefilling.run();
        for (int i = 1; i < blocks || !enough.getAsBoolean(); i++) {
            betweenBlocks.pause();
        }
        log.add("prefilled " + name);
        return true;
    }

    @Override
    public boolean isReady() {
        if (failsToSay) {
            throw new IllegalStateException(name + " cannot say");
        }
        return ready;
    }

    void stepped() {
        if (steps.decrementAndGet() == failsAtStep) {
            throw new IllegalStateException(name + " at " + failsAtStep);
        }
    }

    @Override
    public boolean isFinished() {
        return steps.get() == 0;
    }

    @Override
    public void finish() {
        if (failsToEnd) {
            throw new IllegalStateException("rude");
        }
        end.complete("finished");
    }

    @Override
    public void fail(Throwable failure) {
        end.completeExceptionally(failure);
    }

    Throwable failure() throws InterruptedException, TimeoutException {
        try {
            throw new AssertionError(name + " ended well: " + end.get(10, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return Objects.requireNonNull(e.getCause());
        }
    }

    /** Waits while a prompt is read. */
    static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
