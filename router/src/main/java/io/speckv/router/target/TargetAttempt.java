package io.speckv.router.target;

import io.grpc.SynchronizationContext;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One call of a target. Its messages arrive in the request's own order of events, and none arrives after it was cancelled. */
final class TargetAttempt
        implements ClientResponseObserver<TargetServiceGenerateRequest, TargetServiceGenerateResponse> {
    /** Messages that are requested before any is processed. */
    static final int MESSAGES_AHEAD = 8;

    private final SynchronizationContext events;
    private final Consumer<TargetServiceGenerateResponse> messages;
    private final Consumer<@Nullable Throwable> end;
    private @Nullable ClientCallStreamObserver<TargetServiceGenerateRequest> call;
    private boolean ended;

    /**
     * Makes a call, without opening it.
     *
     * @param end gets the failure of the call, or null if the target has ended its stream
     */
    TargetAttempt(
            SynchronizationContext events,
            Consumer<TargetServiceGenerateResponse> messages,
            Consumer<@Nullable Throwable> end) {
        this.events = events;
        this.messages = messages;
        this.end = end;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<TargetServiceGenerateRequest> requests) {
        call = requests;
        requests.disableAutoRequestWithInitial(MESSAGES_AHEAD);
    }

    void send(TargetServiceGenerateRequest message) {
        if (call != null && !ended) {
            call.onNext(message);
        }
    }

    void halfClose() {
        if (call != null && !ended) {
            call.onCompleted();
        }
    }

    void request(int messages) {
        if (call != null && !ended) {
            call.request(messages);
        }
    }

    void cancel() {
        if (call != null && !ended) {
            ended = true;
            call.cancel("the router needs no more", null);
        }
    }

    @Override
    public void onNext(TargetServiceGenerateResponse message) {
        events.execute(() -> {
            if (!ended) {
                messages.accept(message);
            }
        });
    }

    @Override
    public void onError(Throwable failure) {
        end(failure);
    }

    @Override
    public void onCompleted() {
        end(null);
    }

    private void end(@Nullable Throwable failure) {
        events.execute(() -> {
            if (!ended) {
                ended = true;
                end.accept(failure);
            }
        });
    }
}
