package io.speckv.router.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One call of a target: what reaches the wire, and what of the wire reaches the request. */
class TargetAttemptTest {
    private static final TargetServiceGenerateRequest MESSAGE = TargetServiceGenerateRequest.getDefaultInstance();
    private static final TargetServiceGenerateResponse ANSWER = TargetServiceGenerateResponse.getDefaultInstance();

    private final List<String> wire = new ArrayList<>();
    private final List<String> heard = new ArrayList<>();
    private final SynchronizationContext events = new SynchronizationContext((thread, thrown) -> {
        throw new AssertionError(thrown);
    });
    private final TargetAttempt attempt = new TargetAttempt(
            events,
            message -> heard.add("message"),
            failure -> heard.add(
                    failure == null
                            ? "end"
                            : Status.fromThrowable(failure).getCode().name()));

    private void begin() {
        attempt.beforeStart(new Wire());
        wire.clear();
    }

    /** Writes down what the call is told. */
    private final class Wire extends ClientCallStreamObserver<TargetServiceGenerateRequest> {
        @Override
        public void cancel(@Nullable String message, @Nullable Throwable cause) {
            wire.add("cancel");
        }

        @Override
        public void request(int count) {
            wire.add("request " + count);
        }

        @Override
        public void disableAutoRequestWithInitial(int first) {
            wire.add("only " + first);
        }

        @Override
        public void onNext(TargetServiceGenerateRequest value) {
            wire.add("message");
        }

        @Override
        public void onError(Throwable failure) {
            wire.add("error");
        }

        @Override
        public void onCompleted() {
            wire.add("half-close");
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }

    @Test
    void aFewMessagesAreAskedForAtTheBeginningAndMoreOnlyWhenThereIsRoom() {
        attempt.beforeStart(new Wire());
        attempt.request(3);

        assertThat(wire).containsExactly("only " + TargetAttempt.MESSAGES_AHEAD, "request 3");
    }

    @Test
    void whatIsSentReachesTheTargetInOrder() {
        begin();
        attempt.send(MESSAGE);
        attempt.send(MESSAGE);
        attempt.halfClose();

        assertThat(wire).containsExactly("message", "message", "half-close");
    }

    @Test
    void nothingIsSentBeforeTheCallIsOpened() {
        attempt.send(MESSAGE);
        attempt.halfClose();
        attempt.request(1);
        attempt.cancel();
        begin();

        assertThat(wire).isEmpty();
    }

    @Test
    void aCancelledCallTakesAndGivesNothingMore() {
        begin();
        attempt.cancel();
        attempt.cancel();
        attempt.send(MESSAGE);
        attempt.halfClose();
        attempt.request(1);
        attempt.onNext(ANSWER);
        attempt.onError(Status.CANCELLED.asRuntimeException());

        assertThat(wire).containsExactly("cancel");
        assertThat(heard).isEmpty();
    }

    @Test
    void aMessageOnItsWayToTheRequestIsDroppedWhenTheCallIsCancelled() {
        begin();
        events.execute(() -> {
            attempt.onNext(ANSWER);
            attempt.cancel();
        });

        assertThat(heard).isEmpty();
    }

    @Test
    void theEndIsHeardOnceAndNothingBehindIt() {
        begin();
        attempt.onNext(ANSWER);
        attempt.onCompleted();
        attempt.onNext(ANSWER);
        attempt.onError(Status.UNAVAILABLE.asRuntimeException());
        attempt.cancel();

        assertThat(heard).containsExactly("message", "end");
        assertThat(wire).as("a call that has ended is not cancelled").isEmpty();
    }

    @Test
    void aFailureIsHeardWithItsStatus() {
        begin();
        attempt.onError(Status.UNAVAILABLE.asRuntimeException());

        assertThat(heard).containsExactly("UNAVAILABLE");
    }
}
