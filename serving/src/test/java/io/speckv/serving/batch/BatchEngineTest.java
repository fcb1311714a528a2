package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import io.speckv.engine.YieldPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When each request goes through the model, with requests that only keep a record. */
@Timeout(20)
class BatchEngineTest {
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<String> died = new CompletableFuture<>();
    private volatile boolean works = true;
    private final BatchEngine<Fake> engine = engine(Duration.ZERO, died);

    private BatchEngine<Fake> engine(Duration hangLimit, CompletableFuture<String> death) {
        return new BatchEngine<>(
                "test-engine",
                new FakeStep(),
                new BatchTerms(0.5, hangLimit),
                () -> new IllegalStateException("stopped"),
                death::complete);
    }

    @AfterEach
    void stop() {
        if (!died.isDone()) {
            engine.close();
        }
    }

    @Test
    void requestsThatRunTakeTheirStepsTogether() throws Exception {
        Fake blocks = new Fake("blocks", 1);
        CountDownLatch both = new CountDownLatch(1);
        blocks.whilePrefilling = () -> await(both);
        engine.submit(blocks);
        Fake first = new Fake("a", 3);
        Fake second = new Fake("b", 3);
        engine.submit(first);
        engine.submit(second);
        both.countDown();

        assertThat(first.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(second.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(log).contains("step a b");
    }

    @Test
    void oneThatWaitsHoldsNobodyUp() throws Exception {
        Fake waits = new Fake("waits", 1);
        waits.waits = true;
        engine.submit(waits);
        Fake other = new Fake("other", 2);
        engine.submit(other);

        assertThat(other.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(waits.end).isNotDone();
        waits.waits = false;
        engine.wake();
        assertThat(waits.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void oneThatIsNotReadyPausesAlone() throws Exception {
        Fake slow = new Fake("slow", 2);
        slow.ready = false;
        engine.submit(slow);
        Fake other = new Fake("other", 5);
        engine.submit(other);

        assertThat(other.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(slow.steps).hasValue(2);
        slow.ready = true;
        engine.wake();
        assertThat(slow.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void betweenBlocksRunningRequestsStepAndMuchShorterPromptsOvertake() throws Exception {
        Fake running = new Fake("running", 1_000_000);
        engine.submit(running);
        Fake longOne = new Fake("long", 1);
        longOne.promptTokens = 400;
        Fake shorter = new Fake("short", 1);
        shorter.promptTokens = 100;
        Fake nearlyAsLong = new Fake("nearly", 1);
        nearlyAsLong.promptTokens = 101;
        longOne.blocks = 200;
        // Steps are due by the time that blocks take, which is next to none here.
        longOne.enough =
                () -> log.subList(log.indexOf("prefill long"), log.size()).contains("step running");
        longOne.whilePrefilling = () -> {
            engine.submit(nearlyAsLong);
            engine.submit(shorter);
            pause();
        };
        engine.submit(longOne);

        assertThat(longOne.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(nearlyAsLong.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        running.over = true;
        engine.wake();
        assertThat(running.failure()).isInstanceOf(CancelledException.class);
        List<String> order =
                log.stream().filter(line -> line.startsWith("prefill")).toList();
        assertThat(order)
                .containsExactly(
                        "prefill running",
                        "prefilled running",
                        "prefill long",
                        "prefill short",
                        "prefilled short",
                        "prefilled long",
                        "prefill nearly",
                        "prefilled nearly");
        int reading = log.indexOf("prefill long");
        assertThat(log.subList(reading, log.indexOf("prefilled long"))).contains("step running");
    }

    @Test
    void aFailureOfOneIsNobodyElses() throws Exception {
        Fake bad = new Fake("bad", 5);
        bad.failsAtStep = 3;
        Fake unreadable = new Fake("unreadable", 5);
        unreadable.whilePrefilling = () -> {
            throw new IllegalArgumentException("unreadable");
        };
        Fake good = new Fake("good", 5);
        engine.submit(bad);
        engine.submit(unreadable);
        engine.submit(good);

        assertThat(good.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(bad.failure()).hasMessage("bad at 3");
        assertThat(unreadable.failure()).hasMessage("unreadable");
    }

    @Test
    void oneThatCannotSayWhetherItIsReadyFailsAlone() throws Exception {
        Fake broken = new Fake("broken", 5);
        broken.failsToSay = true;
        Fake good = new Fake("good", 5);
        engine.submit(broken);
        engine.submit(good);

        assertThat(good.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(broken.failure()).hasMessage("broken cannot say");
    }

    @Test
    void aStepThatFailsEndsItsBatchOnly() throws Exception {
        Fake poison = new Fake("poison", 5);
        engine.submit(poison);
        assertThat(poison.failure()).hasMessage("poisoned batch");

        Fake later = new Fake("later", 2);
        engine.submit(later);
        assertThat(later.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void oneThatCannotEvenEndDoesNotEndTheEngine() throws Exception {
        Fake rude = new Fake("rude", 1);
        rude.failsToEnd = true;
        engine.submit(rude);
        Fake later = new Fake("later", 1);
        engine.submit(later);

        assertThat(later.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void anErrorEndsTheEngineAndAllItHas() throws Exception {
        Fake running = new Fake("running", 1_000_000);
        engine.submit(running);
        Fake fatal = new Fake("fatal", 1);
        fatal.whilePrefilling = () -> {
            throw new OutOfMemoryError("fatal");
        };
        engine.submit(fatal);

        assertThat(fatal.failure()).hasMessage("fatal");
        assertThat(running.failure()).hasMessage("stopped");
        assertThat(died.get(10, TimeUnit.SECONDS)).isEqualTo("the engine has ended");
        Fake late = new Fake("late", 1);
        engine.submit(late);
        assertThat(late.failure()).hasMessage("stopped");
        assertThatThrownBy(engine::close).hasRootCauseMessage("fatal");
    }

    @Test
    void closingFailsWhatRuns() throws Exception {
        Fake running = new Fake("running", 1_000_000);
        engine.submit(running);
        engine.close();

        assertThat(running.failure()).hasMessage("stopped");
        assertThat(engine.isClosing()).isTrue();
    }

    /** A lost device fails every call: who goes on serving answers all requests with errors, and quickly. */
    @ParameterizedTest
    @EnumSource
    void aLostModelEndsTheEngineWhereverItShows(Loss loss) throws Exception {
        Fake other = new Fake("other", 1_000_000);
        engine.submit(other);
        Fake meets = new Fake(loss == Loss.IN_A_STEP ? "poison" : "meets", 3);
        switch (loss) {
            case IN_A_PREFILL ->
                meets.whilePrefilling = () -> {
                    works = false;
                    throw new IllegalStateException("CUDA error: an illegal memory access was encountered");
                };
            case IN_A_STEP -> meets.whilePrefilling = () -> works = false;
            case WHEN_LOGITS_ARE_TAKEN -> {
                meets.whilePrefilling = () -> works = false;
                meets.failsAtStep = 2;
            }
        }
        engine.submit(meets);

        assertThat(died.get(10, TimeUnit.SECONDS)).isEqualTo("the engine has ended");
        assertThat(meets.failure()).as("another process may serve it").hasMessage("stopped");
        assertThat(other.failure()).hasMessage("stopped");
        Fake late = new Fake("late", 1);
        engine.submit(late);
        assertThat(late.failure()).hasMessage("stopped");
        assertThatThrownBy(engine::close).hasStackTraceContaining("the device is lost");
    }

    private enum Loss {
        IN_A_PREFILL,
        IN_A_STEP,
        WHEN_LOGITS_ARE_TAKEN
    }

    @Test
    void whoseFailureTheModelExplainsIsNotAskedWhetherItWorks() throws Exception {
        works = false;
        Fake cancelled = new Fake("cancelled", 1);
        cancelled.whilePrefilling = () -> {
            throw new CancelledException("prefill");
        };
        engine.submit(cancelled);
        assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
        Fake next = new Fake("next", 1);
        engine.submit(next);
        assertThat(next.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    /** A device that hangs neither computes nor fails: nothing but the time that has gone shows it. */
    @Test
    void aCallThatNeverComesBackEndsTheEngine() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<String> hung = new CompletableFuture<>();
        try (BatchEngine<Fake> watched = engine(Duration.ofMillis(200), hung)) {
            Fake hangs = new Fake("hangs", 1);
            hangs.whilePrefilling = () -> await(never);
            watched.submit(hangs);

            assertThat(hung.get(10, TimeUnit.SECONDS)).contains("has not answered");
            Fake late = new Fake("late", 1);
            watched.submit(late);
            assertThat(late.failure()).hasMessage("stopped");
            never.countDown();
        }
    }

    @Test
    void longWorkInShortBlocksIsNoHang() throws Exception {
        CompletableFuture<String> hung = new CompletableFuture<>();
        try (BatchEngine<Fake> watched = engine(Duration.ofMillis(300), hung)) {
            Fake longOne = new Fake("long", 1);
            long began = System.nanoTime();
            longOne.enough = () -> {
                pause();
                return System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(900);
            };
            watched.submit(longOne);

            assertThat(longOne.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
            assertThat(hung).isNotDone();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.01, Double.NaN})
    void theShareOfDecodingIsAboveNoneAndAtMostAll(double share) {
        assertThatThrownBy(() -> new BatchTerms(share, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decode-share is " + share);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private final class FakeStep implements BatchStep<Fake> {
        @Override
        public List<List<Fake>> batches(List<Fake> ready) {
            List<Fake> poisoned =
                    ready.stream().filter(fake -> fake.name.equals("poison")).toList();
            List<Fake> others =
                    ready.stream().filter(fake -> !fake.name.equals("poison")).toList();
            return List.of(poisoned, others).stream()
                    .filter(batch -> !batch.isEmpty())
                    .toList();
        }

        @Override
        public float[][][] logits(List<Fake> batch) {
            if (batch.get(0).name.equals("poison")) {
                throw new IllegalStateException("poisoned batch");
            }
            StringBuilder names = new StringBuilder("step");
            batch.forEach(fake -> names.append(' ').append(fake.name));
            log.add(names.toString());
            return new float[batch.size()][1][1];
        }

        @Override
        public boolean works() {
            return works;
        }
    }

    /** A request that takes a number of steps. */
    private final class Fake implements BatchedRequest {
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

        Fake(String name, int steps) {
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

        @Override
        public void take(float[][] logits) {
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
    }
}
