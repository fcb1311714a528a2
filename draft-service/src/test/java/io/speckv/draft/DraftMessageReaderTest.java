package io.speckv.draft;

import static io.speckv.draft.LoopbackDraft.prompt;
import static io.speckv.draft.LoopbackDraft.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.draft.speculation.SpeculativeDraft;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnsweredTokens;
import io.speckv.proto.v1.DraftRequest;
import io.speckv.proto.v1.DraftResponse;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.SamplingSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A draft that goes on after its analysis: how a {@link SpeculativeDraft} follows the answer, how it ends, and which messages
 * {@link DraftMessageReader} refuses.
 */
class DraftMessageReaderTest {
    private static final int MOST_AHEAD = 6;
    private static final LoopbackDraft DRAFT = LoopbackDraft.start(
            "llama-draft",
            "--queue.running=2",
            "--limits.lookahead-tokens=8",
            "--limits.prompt-tokens=200",
            "--continuing.most-tokens=" + MOST_AHEAD);

    @AfterAll
    static void stop() {
        DRAFT.close();
    }

    /** A draft that goes on gives its place to the next request that waits: none of another test may. */
    @AfterEach
    void awaitIdle() throws InterruptedException {
        DRAFT.awaitIdle();
    }

    private static AnalyseRequest.Builder start(int... prompt) {
        return request(prompt)
                .setLookaheadTokens(4)
                .setSampling(SamplingSettings.newBuilder().setIgnoreEos(true));
    }

    @Test
    void staysAheadOfTheAnswerAndStartsAgainWhereItWasWrong() throws Exception {
        int[] prompt = prompt(60);
        int[] said = new int[30];
        Call call = new Call(start(prompt).build());
        for (int i = 0; i < said.length; i++) {
            int index = i;
            int[] guess = call.await(expected -> expected.length > index);
            said[i] = i % 5 == 3 ? (guess[i] + 1) % 250 : guess[i];
            call.answered(i, said[i]);
        }
        int[] guess = call.await(
                expected -> expected.length > said.length && Arrays.equals(Arrays.copyOf(expected, said.length), said));

        assertThat(guess.length).isLessThanOrEqualTo(said.length + MOST_AHEAD);
        call.halfClose();
        assertThat(call.end.get(60, TimeUnit.SECONDS)).isTrue();
        int[] whole =
                IntStream.concat(Arrays.stream(prompt), Arrays.stream(said)).toArray();
        int more = Math.min(4, guess.length - said.length);
        assertThat(Arrays.copyOfRange(guess, said.length, said.length + more))
                .isEqualTo(Arrays.copyOf(
                        LoopbackDraft.lookahead(DRAFT.analyse(start(whole).build())), more));
    }

    @Test
    void catchesUpWithAnAnswerThatIsAheadOfIt() throws Exception {
        int[] said = IntStream.range(100, 140).toArray();
        Call call = new Call(start(prompt(60)).clearLookaheadTokens().build());
        call.answered(0, said);
        int[] guess = call.await(expected -> expected.length > said.length);
        call.cancel();

        assertThat(guess).startsWith(said);
        DRAFT.awaitIdle();
    }

    @Test
    void oneEndsAsSoonAsAnotherRequestWaitsForItsPlace() throws Exception {
        List<Call> goingOn = List.of(
                new Call(start(prompt(60)).build()), new Call(start(prompt(70)).build()));
        for (Call call : goingOn) {
            call.await(expected -> expected.length >= 4);
        }
        assertThat(DRAFT.analyse(start(prompt(20)).build())).isNotEmpty();

        CompletableFuture.anyOf(goingOn.get(0).end, goingOn.get(1).end).get(60, TimeUnit.SECONDS);
        goingOn.forEach(Call::halfClose);
        DRAFT.awaitIdle();
    }

    @Test
    void goesOnBesideOthersWhereThereIsRoom() throws Exception {
        Call first = new Call(start(prompt(60)).build());
        int[] guess = first.await(expected -> expected.length >= 4);
        Call second = new Call(start(prompt(70)).build());
        second.await(expected -> expected.length >= 4);
        second.halfClose();
        assertThat(second.end.get(60, TimeUnit.SECONDS)).isTrue();

        first.answered(0, Arrays.copyOf(guess, 4));
        first.await(expected -> expected.length > 4);
        first.halfClose();
        assertThat(first.end.get(60, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWellWhenItsCacheIsFull() throws Exception {
        Call call = new Call(start(prompt(200)).build());
        int[] said = IntStream.range(0, 9).toArray();
        call.answered(0, said);

        assertThat(call.end.get(60, TimeUnit.SECONDS)).isTrue();
        DRAFT.awaitIdle();
    }

    @Test
    void givesItsSlotBackWhenTheCallerGoesAway() throws Exception {
        for (int i = 0; i < 5; i++) {
            Call call = new Call(start(prompt(60)).build());
            call.await(expected -> expected.length >= 4);
            call.cancel();
            DRAFT.awaitIdle();
        }
    }

    @Test
    void refusesWhatBreaksARule() throws Exception {
        Call gap = new Call(start(prompt(60)).build());
        gap.answered(1, 5);
        assertThat(gap.failure().fields()).containsExactly("answered.first_index");
        Call unknown = new Call(start(prompt(60)).build());
        unknown.answered(0, 264);
        assertThat(unknown.failure().is(FailureCode.TOKEN_OUT_OF_VOCAB)).isTrue();
        Call classified = new Call(start(prompt(60)).setClassification(true).build());
        assertThat(classified.failure().fields()).containsExactly("start.classification");
        Call late = new Call(null);
        late.answered(0, 1);
        assertThat(late.failure().fields()).containsExactly("answered");
        DRAFT.awaitIdle();
    }

    /** A caller that keeps what the draft expects. */
    private static final class Call implements ClientResponseObserver<DraftRequest, DraftResponse> {
        final CompletableFuture<Boolean> end = new CompletableFuture<>();
        private final List<Integer> expected = new ArrayList<>();
        private @Nullable ClientCallStreamObserver<DraftRequest> requests;

        Call(@Nullable AnalyseRequest start) {
            var unused = DRAFT.async().draft(this);
            if (start != null) {
                send(DraftRequest.newBuilder().setStart(start));
            }
        }

        private void send(DraftRequest.Builder message) {
            if (requests != null) {
                requests.onNext(message.build());
            }
        }

        void answered(int first, int... tokens) {
            AnsweredTokens.Builder answered = AnsweredTokens.newBuilder().setFirstIndex(first);
            Arrays.stream(tokens).forEach(answered::addTokenIds);
            send(DraftRequest.newBuilder().setAnswered(answered));
        }

        void cancel() {
            if (requests != null) {
                requests.cancel("the test goes away", null);
            }
        }

        void halfClose() {
            if (requests != null) {
                requests.onCompleted();
            }
        }

        synchronized int[] await(Predicate<int[]> condition) throws InterruptedException {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            int[] now = now();
            while (!condition.test(now)) {
                if (end.isDone() || System.nanoTime() > until) {
                    throw new AssertionError("the draft expects " + Arrays.toString(now) + ", its end: " + end);
                }
                wait(50);
                now = now();
            }
            return now;
        }

        private int[] now() {
            return expected.stream().mapToInt(Integer::intValue).toArray();
        }

        RemoteFailure failure() throws Exception {
            try {
                throw new AssertionError("the call ended well: " + end.get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                assertThat(Status.fromThrowable(cause).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                return RemoteFailure.of(cause).orElseThrow();
            }
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<DraftRequest> stream) {
            requests = stream;
        }

        @Override
        public synchronized void onNext(DraftResponse message) {
            LookaheadTokens tokens = message.hasLookahead()
                    ? message.getLookahead()
                    : message.getAnalysis().getLookahead().getTokens();
            if (tokens.getTokenIdsCount() > 0) {
                assertThat(tokens.getFirstIndex()).isLessThanOrEqualTo(expected.size());
                expected.subList(tokens.getFirstIndex(), expected.size()).clear();
                expected.addAll(tokens.getTokenIdsList());
            }
            notifyAll();
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(true);
        }
    }
}
