package io.speckv.router.reply;

import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.request.FallbackRules;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.run.RunReply;
import io.speckv.text.Tokenizer;

/** Answers one request to explain. */
public final class ExplainReply implements RunReply {
    private final Tokenizer tokenizer;
    private final FallbackRules fallbacks;
    private final InferenceRequest request;
    private final RequestTimeline timeline;
    private final ServerCallStreamObserver<ExplainResponse> observer;
    private Runnable closed = () -> {};

    public ExplainReply(
            Tokenizer tokenizer,
            FallbackRules fallbacks,
            InferenceRequest request,
            RequestTimeline timeline,
            ServerCallStreamObserver<ExplainResponse> observer) {
        this.tokenizer = tokenizer;
        this.fallbacks = fallbacks;
        this.request = request;
        this.timeline = timeline;
        this.observer = observer;
    }

    /** Never calls back, since there is always room. */
    @Override
    public void onRoom(Runnable callback) {}

    @Override
    public void onClosed(Runnable callback) {
        closed = callback;
        observer.setOnCancelHandler(callback);
    }

    @Override
    public boolean isCancelled() {
        return observer.isCancelled();
    }

    @Override
    public void selected(Choice choice, StageTime took) {
        timeline.record(took, GenerateReply.attributes(choice));
    }

    @Override
    public void explain(Effect.Explain effect) {
        observer.onNext(new Explanation(tokenizer, request, fallbacks.applied(request, effect.choice()), effect)
                .toProto(timeline));
        observer.onCompleted();
        closed.run();
    }

    @Override
    public void fail(Throwable failure) {
        if (!observer.isCancelled()) {
            observer.onError(failure);
        }
        closed.run();
    }

    @Override
    public void fellBack(DraftLoss why) {
        throw asksNoTarget();
    }

    @Override
    public void begin(Choice choice) {
        throw asksNoTarget();
    }

    @Override
    public boolean send(TokenDelta piece) {
        throw asksNoTarget();
    }

    @Override
    public void finish(Effect.Finish effect, GenerationFinished finished, int attempts) {
        throw asksNoTarget();
    }

    private static IllegalStateException asksNoTarget() {
        return new IllegalStateException("an explanation asks no target");
    }
}
