package io.speckv.evals;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvalJobsTest {
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final List<String> done = Collections.synchronizedList(new ArrayList<>());

    private EvalJobs jobs(int threads) {
        return new EvalJobs((finished, total, now) -> told.add(finished + "/" + total + " " + now), threads);
    }

    private EvalJobs.Job job(int answers, String name) {
        return new EvalJobs.Job(answers, name, () -> done.add(name));
    }

    private static EvalJobs.Job failing(Exception failure) {
        return new EvalJobs.Job(1, "fails", () -> {
            if (failure instanceof IOException io) {
                throw io;
            }
            throw (RuntimeException) failure;
        });
    }

    @Test
    void jobsAreDoneInOrderAndProgressCountsWhatEarlierRunsDid() throws IOException {
        jobs(1).run(List.of(job(2, "a"), job(1, "b"), job(3, "c")), 10);

        assertThat(done).containsExactly("a", "b", "c");
        assertThat(told).containsExactly("4/10 ", "6/10 a", "7/10 b", "10/10 c");
    }

    @Test
    void nothingLeftToDoIsToldOnceAndEnds() throws IOException {
        jobs(3).run(List.of(), 4);

        assertThat(told).containsExactly("4/4 ");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void asManyJobsRunAtATimeAsAreAllowed(int threads) throws IOException {
        CyclicBarrier together = new CyclicBarrier(threads);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        EvalJobs.Work work = () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            meet(together);
            running.decrementAndGet();
            // The next ones may not begin before all have said that they end.
            meet(together);
        };
        jobs(threads)
                .run(
                        IntStream.range(0, 4 * threads)
                                .mapToObj(i -> new EvalJobs.Job(1, "", work))
                                .toList(),
                        4 * threads);

        assertThat(most).hasValue(threads);
        assertThat(told).hasSize(1 + 4 * threads).last().isEqualTo(4 * threads + "/" + 4 * threads + " ");
    }

    @Test
    void noJobBeginsAfterOneFailed() {
        IOException failure = new IOException("the services went away");
        for (int run = 0; run < 200; run++) {
            done.clear();
            assertThatThrownBy(() -> jobs(1).run(List.of(job(1, "a"), failing(failure), job(1, "b"), job(1, "c")), 4))
                    .isSameAs(failure);
            assertThat(done).containsExactly("a");
        }
        assertThat(told).contains("1/4 a").doesNotContain("2/4 b", "2/4 fails");
    }

    @Test
    void aJobUnderWayEndsBeforeTheFailureIsTold() {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch fails = new CountDownLatch(1);
        EvalJobs.Job slow = new EvalJobs.Job(1, "slow", () -> {
            began.countDown();
            await(fails);
            done.add("slow");
        });
        EvalJobs.Job failing = new EvalJobs.Job(1, "fails", () -> {
            await(began);
            fails.countDown();
            throw new IOException("gone");
        });

        assertThatThrownBy(() -> jobs(2).run(List.of(slow, failing, job(1, "next")), 3))
                .hasMessage("gone");
        assertThat(done).contains("slow");
        assertThat(told).contains("1/3 slow");
    }

    @Test
    void whatAJobThrowsIsThrown() {
        IllegalStateException wrong = new IllegalStateException("a defect");
        assertThatThrownBy(() -> jobs(1).run(List.of(failing(wrong)), 1)).isSameAs(wrong);

        EvalJobs.Job broken = new EvalJobs.Job(1, "", () -> {
            throw new AssertionError("broken");
        });
        assertThatThrownBy(() -> jobs(1).run(List.of(broken), 1))
                .isInstanceOf(IOException.class)
                .hasRootCauseMessage("broken");
    }

    @Test
    void anInterruptEndsTheRunAndStaysKnown() {
        AtomicBoolean stopped = new AtomicBoolean();
        EvalJobs.Job endless = new EvalJobs.Job(1, "", () -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                stopped.set(true);
            }
        });
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> jobs(1).run(List.of(endless), 1))
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("the same command goes on with it");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
