package io.speckv.draft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Context;
import io.grpc.Status;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an {@link AnalysisRun} finds out does not depend on those beside it, nor does it leave anything taken however it
 * ends.
 */
class DraftBatchingTest {
    private static final int REQUESTS = 30;
    private static final int MIXES = 3;

    private enum Fate {
        SURVIVES,
        CANCELLED,
        TIMES_OUT
    }

    private record Running(
            int index, Fate fate, Context.CancellableContext context, CompletableFuture<List<AnalyseResponse>> end) {}

    @ParameterizedTest
    @ValueSource(strings = {"llama-draft", "qwen2-draft", "qwen3-draft"})
    void analysesAloneAndInAnyMixBringTheSame(String model) {
        AnalyseRequest[] requests = RandomAnalysis.many(model.hashCode(), REQUESTS);
        try (LoopbackDraft draft = start(model, 5)) {
            List<RandomAnalysis.Result> alone = alone(draft, requests);
            Random random = new Random(7);
            for (int mix = 0; mix < MIXES; mix++) {
                List<Integer> order =
                        new ArrayList<>(IntStream.range(0, REQUESTS).boxed().toList());
                Collections.shuffle(order, random);
                List<Running> all = new ArrayList<>();
                for (int index : order) {
                    all.add(open(draft, requests, index, Fate.SURVIVES));
                    LockSupport.parkNanos(random.nextInt(2_000_000));
                }
                all.forEach(one -> check(one, alone.get(one.index)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void joinsCancelsAndDeadlinesLeaveNothingTakenAndNoResultChanged(long seed) throws Exception {
        AnalyseRequest[] requests = RandomAnalysis.many(1000 * seed, REQUESTS);
        try (LoopbackDraft draft = start("qwen3-draft", 4)) {
            List<RandomAnalysis.Result> alone = alone(draft, requests);
            draft.awaitIdle();
            int scopes = draft.server().nativeScopes();
            Random random = new Random(seed);
            List<Running> running = new ArrayList<>();
            for (int step = 0; step < 100; step++) {
                Fate fate = Fate.values()[random.nextInt(Fate.values().length)];
                running.add(open(draft, requests, random.nextInt(REQUESTS), fate));
                Running victim = running.get(random.nextInt(running.size()));
                if (victim.fate == Fate.CANCELLED) {
                    victim.context.cancel(null);
                }
                LockSupport.parkNanos(random.nextInt(3_000_000));
            }
            running.stream().filter(one -> one.fate == Fate.CANCELLED).forEach(one -> one.context.cancel(null));
            running.forEach(one -> check(one, alone.get(one.index)));

            draft.awaitIdle();
            assertThat(draft.server().nativeScopes()).isEqualTo(scopes);
            for (int i = 0; i < REQUESTS; i += 7) {
                check(open(draft, requests, i, Fate.SURVIVES), alone.get(i));
            }
        }
    }

    private static LoopbackDraft start(String model, int running) {
        return LoopbackDraft.start(
                model, "--queue.running=" + running, "--queue.requests=200", "--limits.prompt-tokens=600");
    }

    private static List<RandomAnalysis.Result> alone(LoopbackDraft draft, AnalyseRequest[] requests) {
        return Arrays.stream(requests)
                .map(request -> RandomAnalysis.Result.of(draft.analyse(request)))
                .toList();
    }

    private static Running open(LoopbackDraft draft, AnalyseRequest[] requests, int index, Fate fate) {
        Context.CancellableContext context = Context.current().withCancellation();
        var stub =
                fate == Fate.TIMES_OUT ? draft.async().withDeadlineAfter(index, TimeUnit.MILLISECONDS) : draft.async();
        Context before = context.attach();
        try {
            return new Running(index, fate, context, LoopbackDraft.begin(stub, requests[index]));
        } finally {
            context.detach(before);
        }
    }

    private static void check(Running one, RandomAnalysis.Result expected) {
        List<AnalyseResponse> messages;
        try {
            messages = one.end.get(60, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            // Some analyses are quicker than what was to befall them; these were not.
            assertThat(one.fate).isNotEqualTo(Fate.SURVIVES);
            assertThat(Status.fromThrowable(e.getCause()).getCode())
                    .isIn(Status.Code.CANCELLED, Status.Code.DEADLINE_EXCEEDED);
            return;
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
        RandomAnalysis.Result found = RandomAnalysis.Result.of(messages);
        assertThat(found.lookahead()).as("request %d", one.index).isEqualTo(expected.lookahead());
        assertThat(found.scores()).hasSameSizeAs(expected.scores());
        for (int i = 0; i < expected.scores().length; i++) {
            assertThat(found.scores()[i]).isCloseTo(expected.scores()[i], within(1e-6f));
        }
    }
}
