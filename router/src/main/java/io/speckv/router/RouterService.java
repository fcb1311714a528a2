package io.speckv.router;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.cascade.CascadeRequest.Goal;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.wire.RequestFields;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.DetokenizeRequest;
import io.speckv.proto.v1.DetokenizeResponse;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import io.speckv.text.SpecialTokens;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/** The public API. It exists before the tokenizer does: the server refuses calls until the models are attached. */
final class RouterService extends InferenceServiceGrpc.InferenceServiceImplBase implements AutoCloseable {
    private final OutboxLimits outbox;
    private final CompletableFuture<RoutedModels> models = new CompletableFuture<>();
    private final Set<RequestRun> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-router-timer");

    RouterService(OutboxLimits outbox) {
        this.outbox = outbox;
    }

    /** Returns what runs things later, until the service is closed. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /** Gives the service what it works with, once, before any call is let through. */
    void attach(RoutedModels ready) {
        models.complete(ready);
    }

    private RouterParts parts(String model) {
        return models.join().named(model).parts();
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        RouterParts router = parts(request.getModel());
        RequestTimeline timeline = RequestTimeline.start(router.telemetry());
        InferenceRequest valid = router.requests().read(request, timeline);
        generate(
                router,
                valid,
                timeline,
                new StreamedReply((ServerCallStreamObserver<GenerateResponse>) observer, outbox, timer));
    }

    @Override
    public void generateOnce(GenerateOnceRequest request, StreamObserver<GenerateOnceResponse> observer) {
        RouterParts router;
        RequestTimeline timeline;
        InferenceRequest valid;
        try {
            router = parts(request.getRequest().getModel());
            timeline = RequestTimeline.start(router.telemetry());
            valid = router.requests().read(request.getRequest(), timeline);
        } catch (RequestException e) {
            throw e.within("request");
        }
        generate(router, valid, timeline, new WholeReply((ServerCallStreamObserver<GenerateOnceResponse>) observer));
    }

    private void generate(RouterParts router, InferenceRequest request, RequestTimeline timeline, ReplySink sink) {
        GenerateReply reply = new GenerateReply(router, request, timeline, sink);
        RequestRun run = new RequestRun(router, request, Goal.ANSWER, timeline, reply);
        open.add(run);
        run.start(() -> open.remove(run));
    }

    /** Ends every generation with {@code failure}; draft and target stop as if the client had gone. */
    void failCalls(RequestException failure) {
        open.forEach(run -> run.stop(failure));
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        RouterParts router = parts(request.getModel());
        RequestTimeline timeline = RequestTimeline.start(router.telemetry());
        InferenceRequest valid = router.requests().read(request, timeline);
        ExplainReply reply = new ExplainReply(
                router.tokenizer(), router.fallbacks(), valid, timeline, (ServerCallStreamObserver<ExplainResponse>)
                        observer);
        new RequestRun(router, valid, Goal.EXPLANATION, timeline, reply).start(() -> {});
    }

    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> observer) {
        RouterParts router = parts(request.getModel());
        PromptTokens prompt = router.requests()
                .prompt(request.getPrompt(), router.directory().target(), RequestTimeline.start(router.telemetry()));
        TokenTexts texts = TokenTexts.of(prompt, router.tokenizer());
        answer(
                observer,
                TokenizeResponse.newBuilder()
                        .setTokens(texts.tokens())
                        .setSpans(texts.spans())
                        .setText(texts.text())
                        .build());
    }

    @Override
    public void detokenize(DetokenizeRequest request, StreamObserver<DetokenizeResponse> observer) {
        RouterParts router = parts(request.getModel());
        int vocabSize = router.directory().target().getVocabSize();
        int[] tokens = RequestFields.tokens(request.getTokens().getIdsList(), "tokens.ids", vocabSize);
        boolean skip = !request.hasSkipSpecialTokens() || request.getSkipSpecialTokens();
        String text = router.tokenizer().decode(tokens, skip ? SpecialTokens.EXCLUDED : SpecialTokens.INCLUDED);
        answer(observer, DetokenizeResponse.newBuilder().setText(text).build());
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        answer(observer, Catalogue.describe(models.join(), request.getModel()));
    }

    private static <T> void answer(StreamObserver<T> observer, T response) {
        observer.onNext(response);
        observer.onCompleted();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
