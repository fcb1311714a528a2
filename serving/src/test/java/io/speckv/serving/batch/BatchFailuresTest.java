package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CancelledException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which failure ends one request, and which the engine with all it has. */
@Timeout(20)
class BatchFailuresTest {
    private final CompletableFuture<String> died = new CompletableFuture<>();
    private final FakeModel model = new FakeModel();
    private final BatchEngine<FakeRequest> engine = model.engine(Duration.ZERO, died);

    @AfterEach
    void stop() {
        if (!died.isDone()) {
            engine.close();
        }
    }

    @Test
    void aFailureOfOneIsNobodyElses() throws Exception {
        FakeRequest bad = model.request("bad", 5);
        bad.failsAtStep = 3;
        FakeRequest unreadable = model.request("unreadable", 5);
        unreadable.whilePrefilling = () -> {
            throw new IllegalArgumentException("unreadable");
        };
        FakeRequest good = model.request("good", 5);
        engine.submit(bad);
        engine.submit(unreadable);
        engine.submit(good);

        assertThat(good.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(bad.failure()).hasMessage("bad at 3");
        assertThat(unreadable.failure()).hasMessage("unreadable");
    }

    @Test
    void oneThatCannotSayWhetherItIsReadyFailsAlone() throws Exception {
        FakeRequest broken = model.request("broken", 5);
        broken.failsToSay = true;
        FakeRequest good = model.request("good", 5);
        engine.submit(broken);
        engine.submit(good);

        assertThat(good.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
        assertThat(broken.failure()).hasMessage("broken cannot say");
    }

    @Test
    void aStepThatFailsEndsItsBatchOnly() throws Exception {
        FakeRequest poison = model.request("poison", 5);
        engine.submit(poison);
        assertThat(poison.failure()).hasMessage("poisoned batch");

        FakeRequest later = model.request("later", 2);
        engine.submit(later);
        assertThat(later.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void oneThatCannotEvenEndDoesNotEndTheEngine() throws Exception {
        FakeRequest rude = model.request("rude", 1);
        rude.failsToEnd = true;
        engine.submit(rude);
        FakeRequest later = model.request("later", 1);
        engine.submit(later);

        assertThat(later.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    @Test
    void anErrorEndsTheEngineAndAllItHas() throws Exception {
        FakeRequest running = model.request("running", 1_000_000);
        engine.submit(running);
        FakeRequest fatal = model.request("fatal", 1);
        fatal.whilePrefilling = () -> {
            throw new OutOfMemoryError("fatal");
        };
        engine.submit(fatal);

        assertThat(fatal.failure()).hasMessage("fatal");
        assertThat(running.failure()).hasMessage("stopped");
        assertThat(died.get(10, TimeUnit.SECONDS)).isEqualTo("the engine has ended");
        FakeRequest late = model.request("late", 1);
        engine.submit(late);
        assertThat(late.failure()).hasMessage("stopped");
        assertThatThrownBy(engine::close).hasRootCauseMessage("fatal");
    }

    @Test
    void closingFailsWhatRuns() throws Exception {
        FakeRequest running = model.request("running", 1_000_000);
        engine.submit(running);
        engine.close();

        assertThat(running.failure()).hasMessage("stopped");
        assertThat(engine.isClosing()).isTrue();
    }

    /** A lost device fails every call: who goes on serving answers all requests with errors, and quickly. */
    @ParameterizedTest
    @EnumSource
    void aLostModelEndsTheEngineWhereverItShows(Loss loss) throws Exception {
        FakeRequest other = model.request("other", 1_000_000);
        engine.submit(other);
        FakeRequest meets = model.request(loss == Loss.IN_A_STEP ? "poison" : "meets", 3);
        switch (loss) {
            case IN_A_PREFILL ->
                meets.whilePrefilling = () -> {
                    model.works = false;
                    throw new IllegalStateException("CUDA error: an illegal memory access was encountered");
                };
            case IN_A_STEP -> meets.whilePrefilling = () -> model.works = false;
            case WHEN_LOGITS_ARE_TAKEN -> {
                meets.whilePrefilling = () -> model.works = false;
                meets.failsAtStep = 2;
            }
        }
        engine.submit(meets);

        assertThat(died.get(10, TimeUnit.SECONDS)).isEqualTo("the engine has ended");
        assertThat(meets.failure()).as("another process may serve it").hasMessage("stopped");
        assertThat(other.failure()).hasMessage("stopped");
        FakeRequest late = model.request("late", 1);
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
        model.works = false;
        FakeRequest cancelled = model.request("cancelled", 1);
        cancelled.whilePrefilling = () -> {
            throw new CancelledException("prefill");
        };
        engine.submit(cancelled);
        assertThat(cancelled.failure()).isInstanceOf(CancelledException.class);
        FakeRequest next = model.request("next", 1);
        engine.submit(next);
        assertThat(next.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
    }

    /** A device that hangs neither computes nor fails: nothing but the time that has gone shows it. */
    @Test
    void aCallThatNeverComesBackEndsTheEngine() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CompletableFuture<String> hung = new CompletableFuture<>();
        try (BatchEngine<FakeRequest> watched = model.engine(Duration.ofMillis(200), hung)) {
            FakeRequest hangs = model.request("hangs", 1);
            hangs.whilePrefilling = () -> FakeRequest.await(never);
            watched.submit(hangs);

            assertThat(hung.get(10, TimeUnit.SECONDS)).contains("has not answered");
            FakeRequest late = model.request("late", 1);
            watched.submit(late);
            assertThat(late.failure()).hasMessage("stopped");
            never.countDown();
        }
    }

    @Test
    void everyBlockOfLongWorkIsProgress() throws Exception {
        Duration limit = Duration.ofSeconds(1);
        HangWatch watch = new HangWatch(limit);
        List<Boolean> hangs = Collections.synchronizedList(new ArrayList<>());
        try (BatchEngine<FakeRequest> watched = new BatchEngine<>(
                "test-engine",
                model,
                new BatchTerms(0.5, Duration.ZERO),
                () -> new IllegalStateException("stopped"),
                died::complete,
                watch)) {
            FakeRequest longOne = model.request("long", 1);
            longOne.enough = () -> {
                hangs.add(watch.look(limit.toNanos() / 2));
                return hangs.size() == 8;
            };
            watched.submit(longOne);

            assertThat(longOne.end.get(10, TimeUnit.SECONDS)).isEqualTo("finished");
            assertThat(hangs).hasSize(8).containsOnly(false);
        }
    }
}
