package io.speckv.router.speculation;

import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.AnsweredTokens;
import io.speckv.proto.v1.DraftRequest;
import io.speckv.proto.v1.DraftResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.draft.DraftCall;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Speculative decoding across services: one call to a draft that goes on drafting after its analysis, while the target answers.
 * The call receives the answer's tokens and sends the drafted ones. Until the analysis is complete it fails as any analysis
 * does; losing it later costs only speed. Confined to the request's events once started.
 */
public final class Speculation implements ClientResponseObserver<DraftRequest, DraftResponse> {
    /** Takes what follows the analysis, in the request's own order of events. */
    public interface Listener {
        /** The draft speculates on these tokens; they replace earlier ones at the same places. */
        void speculated(LookaheadTokens tokens);

        /** The draft speculates no more. */
        void speculationEnded();
    }

    private final DraftCall analysis;
    private final int vocabSize;
    private final SynchronizationContext events;
    private final Listener listener;
    private @Nullable ClientCallStreamObserver<DraftRequest> call;
    private @Nullable ScheduledHandle timeLimit;
    private int speculated;
    private boolean over;

    /**
     * @param vocabSize of the target
     */
    public Speculation(DraftCall analysis, int vocabSize, SynchronizationContext events, Listener listener) {
        this.analysis = analysis;
        this.vocabSize = vocabSize;
        this.events = events;
        this.listener = listener;
    }

    /**
     * Asks the draft.
     *
     * @param nanos time limit of the analysis; the rest of the call has the request's deadline
     */
    public void start(
            DraftServiceGrpc.DraftServiceStub drafts, String requestId, long nanos, ScheduledExecutorService timer) {
        var unused = drafts.withInterceptors(analysis.member()).draft(this);
        send(DraftRequest.newBuilder().setStart(analysis.request(requestId)).build());
        timeLimit = events.schedule(this::timeOut, nanos, TimeUnit.NANOSECONDS, timer);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<DraftRequest> requests) {
        call = requests;
        analysis.isPartOf(requests);
    }

    private void send(DraftRequest message) {
        if (call != null) {
            call.onNext(message);
        }
    }

    private void timeOut() {
        if (!analysis.isOver()) {
            end();
            analysis.onError(Status.DEADLINE_EXCEEDED
                    .withDescription("the draft's time limit passed")
                    .asRuntimeException());
        }
    }

    /** Passes the target's tokens to the draft. */
    public void answered(TokenDelta delta) {
        if (!over && delta.getTokenIdsCount() > 0) {
            send(DraftRequest.newBuilder()
                    .setAnswered(AnsweredTokens.newBuilder()
                            .setFirstIndex(delta.getFirstIndex())
                            .addAllTokenIds(delta.getTokenIdsList()))
                    .build());
        }
    }

    /** The answer is complete. */
    public void complete() {
        if (!over && call != null) {
            end();
            call.onCompleted();
        }
    }

    private void end() {
        over = true;
        if (timeLimit != null) {
            timeLimit.cancel();
        }
    }

    @Override
    public void onNext(DraftResponse message) {
        switch (message.getEventCase()) {
            case ANALYSIS -> analysed(message.getAnalysis());
            case LOOKAHEAD -> events.execute(() -> take(message.getLookahead()));
            case EVENT_NOT_SET -> {}
        }
    }

    private void analysed(AnalyseResponse message) {
        analysis.onNext(message);
        if (message.hasSummary()) {
            analysis.onCompleted();
            events.execute(() -> speculated = analysis.lookaheadTokens());
        }
    }

    private void take(LookaheadTokens tokens) {
        if (over) {
            return;
        }
        if (isValid(tokens)) {
            speculated = tokens.getFirstIndex() + tokens.getTokenIdsCount();
            listener.speculated(tokens);
        } else {
            end();
            analysis.cancel();
            listener.speculationEnded();
        }
    }

    /** Checked here because the target would refuse the whole request for one invalid message. */
    private boolean isValid(LookaheadTokens tokens) {
        return Integer.compareUnsigned(tokens.getFirstIndex(), speculated) <= 0
                && tokens.getTokenIdsList().stream().allMatch(token -> token >= 0 && token < vocabSize);
    }

    @Override
    public void onError(Throwable failure) {
        analysis.onError(failure);
        events.execute(this::ended);
    }

    @Override
    public void onCompleted() {
        analysis.onCompleted();
        events.execute(this::ended);
    }

    private void ended() {
        if (!over) {
            end();
            listener.speculationEnded();
        }
    }
}
