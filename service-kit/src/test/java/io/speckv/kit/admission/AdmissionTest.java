package io.speckv.kit.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    @Test
    void admitsAtOnceWhileThereIsRoom() {
        Admission admission = new Admission(new AdmissionLimits(2, 1, 100));

        assertThat(admission.admit(50)).isCompleted();
        assertThat(admission.admit(50)).isCompleted();
        assertThat(admission.admit(50)).isNotDone();
        assertThat(admission.running()).isEqualTo(2);
        assertThat(admission.queued()).isEqualTo(1);
        assertThat(admission.queuedTokens()).isEqualTo(50);
    }

    @Test
    void refusesAtOnceWhenRequestsOrTokensOverflow() {
        Admission admission = new Admission(new AdmissionLimits(1, 2, 100));
        admission.admit(1).join();
        CompletableFuture<Permit> waiting = admission.admit(80);

        RequestException tooLong = catchThrowableOfType(RequestException.class, () -> admission.admit(21));
        assertThat(tooLong.code()).isEqualTo(FailureCode.QUEUE_FULL);
        assertThat(tooLong).hasMessage("1 requests with 80 prompt tokens wait, limits are 2 and 100");
        assertThat(tooLong.retryAfter()).isPresent();
        CompletableFuture<Permit> second = admission.admit(20);
        RequestException tooMany = catchThrowableOfType(RequestException.class, () -> admission.admit(1));
        assertThat(tooMany.code()).isEqualTo(FailureCode.QUEUE_FULL);
        assertThat(waiting).isNotDone();
        assertThat(second).isNotDone();
    }

    @Test
    void letsOnePromptLongerThanTheTokenLimitWaitAlone() {
        Admission admission = new Admission(new AdmissionLimits(1, 2, 100));
        Permit first = admission.admit(1).join();

        CompletableFuture<Permit> giant = admission.admit(1000);
        first.close();

        assertThat(giant).isCompleted();
    }

    @Test
    void saysLaterWhenRequestsHoldTheirPermitLonger() {
        AtomicLong now = new AtomicLong();
        Admission admission = new Admission(new AdmissionLimits(1, 0, 100), now::get);
        Duration before = refusal(admission);
        for (int i = 0; i < 20; i++) {
            Permit permit = admission.admit(1).join();
            now.addAndGet(Duration.ofSeconds(4).toNanos());
            permit.close();
        }

        assertThat(before).isEqualTo(Duration.ofMillis(100));
        assertThat(refusal(admission)).isBetween(Duration.ofMillis(3500), Duration.ofSeconds(4));
    }

    private static Duration refusal(Admission admission) {
        try (Permit held = admission.admit(1).join()) {
            assertThat(held).isNotNull();
            return catchThrowableOfType(RequestException.class, () -> admission.admit(1))
                    .retryAfter()
                    .orElseThrow();
        }
    }

    @Test
    void givesEachLengthClassTheSameTokens() {
        Admission admission = new Admission(new AdmissionLimits(1, 100, 1_000_000));
        Permit running = admission.admit(1).join();
        List<Integer> order = new ArrayList<>();
        List<CompletableFuture<Permit>> waiting = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            waiting.add(admitted(admission, 8000, order));
        }
        for (int i = 0; i < 16; i++) {
            waiting.add(admitted(admission, 1000, order));
        }

        running.close();
        for (int i = 0; i < waiting.size(); i++) {
            closeTheOneThatRuns(waiting);
        }

        // Short prompts that came after a burst of long ones: eight of them per long one, and the long ones go on.
        assertThat(order).hasSize(19);
        assertThat(order.subList(0, 9)).containsOnlyOnce(8000);
        assertThat(order.subList(9, 18)).containsOnlyOnce(8000);
    }

    private static CompletableFuture<Permit> admitted(Admission admission, int tokens, List<Integer> order) {
        CompletableFuture<Permit> future = admission.admit(tokens);
        var unused = future.thenAccept(permit -> order.add(tokens));
        return future;
    }

    private static void closeTheOneThatRuns(List<CompletableFuture<Permit>> waiting) {
        for (CompletableFuture<Permit> future : waiting) {
            if (future.isDone()) {
                future.join().close();
            }
        }
    }

    @Test
    void staysFirstComeFirstServedAmongEquals() {
        Admission admission = new Admission(new AdmissionLimits(1, 10, 1000));
        Permit running = admission.admit(1).join();
        CompletableFuture<Permit> first = admission.admit(60);
        CompletableFuture<Permit> second = admission.admit(33);

        running.close();

        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
    }

    @Test
    void skipsWhoCancelled() {
        Admission admission = new Admission(new AdmissionLimits(1, 1, 100));
        Permit running = admission.admit(1).join();
        CompletableFuture<Permit> gone = admission.admit(5);
        gone.cancel(false);
        assertThat(admission.queued()).isZero();
        assertThat(admission.queuedTokens()).isZero();
        CompletableFuture<Permit> next = admission.admit(5);

        running.close();

        assertThat(next).isCompleted();
        assertThat(admission.running()).isEqualTo(1);
    }

    @Test
    void givesAPermitBackOnce() {
        Admission admission = new Admission(new AdmissionLimits(1, 3, 100));
        Permit permit = admission.admit(1).join();
        CompletableFuture<Permit> second = admission.admit(1);
        CompletableFuture<Permit> third = admission.admit(1);

        permit.close();
        permit.close();

        assertThat(second).isCompleted();
        assertThat(third).isNotDone();
    }

    @Test
    void losesNoPermitUnderRacingCancels() throws InterruptedException {
        Admission admission = new Admission(new AdmissionLimits(3, 10_000, 1_000_000));
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int t = 0; t < 4; t++) {
            Random random = new Random(t);
            threads.execute(() -> {
                for (int i = 0; i < 2000; i++) {
                    CompletableFuture<Permit> future = admission.admit(1 + random.nextInt(5000));
                    boolean cancel = random.nextBoolean();
                    if (cancel && future.cancel(false)) {
                        continue;
                    }
                    try (Permit permit = future.join()) {
                        assertThat(permit).isNotNull();
                        most.accumulateAndGet(admission.running(), Math::max);
                    }
                }
            });
        }
        threads.shutdown();

        assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isLessThanOrEqualTo(3);
        assertThat(admission.running()).isZero();
        assertThat(admission.queued()).isZero();
        assertThat(admission.queuedTokens()).isZero();
    }
}
