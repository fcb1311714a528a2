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
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import io.speckv.router.model.Catalogue;
import io.speckv.router.model.LiveModels;
import io.speckv.router.prompt.PromptTokens;
import io.speckv.router.prompt.TokenTexts;
import io.speckv.router.reply.DerenderedReply;
import io.speckv.router.reply.ExplainReply;
import io.speckv.router.reply.GenerateReply;
import io.speckv.router.reply.ReplySink;
import io.speckv.router.reply.StreamedReply;
import io.speckv.router.reply.WholeReply;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.run.RequestRun;
import io.speckv.router.run.RouterParts;
import io.speckv.text.SpecialTokens;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;

/** The public API. It exists before the tokenizers are loaded: the server refuses calls until the models are attached. */
final class RouterService extends InferenceServiceGrpc.InferenceServiceImplBase implements AutoCloseable {
    private final OutboxLimits outbox;
    private final CompletableFuture<LiveModels> models = new CompletableFuture<>();
    private final Set<RequestRun> open = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-router-timer");

    RouterService(OutboxLimits outbox) {
        this.outbox = outbox;
    }

    /** Returns the timer that works until the service is closed. */
    ScheduledExecutorService timer() {
        return timer;
    }

    /** Gives the service its models, once, before any call is let through. */
    void attach(LiveModels ready) {
        models.complete(ready);
    }

    private LiveModels.Held hold(String model, Prompt prompt) {
        return models.join().hold(model, prompt);
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        LiveModels.Held held = hold(request.getModel(), request.getPrompt());
        begin(
                held,
                (router, timeline) -> generate(
                        held,
                        router.requests().read(request, timeline),
                        timeline,
                        new StreamedReply((ServerCallStreamObserver<GenerateResponse>) observer, outbox, timer)));
    }

    @Override
    public void generateOnce(GenerateOnceRequest request, StreamObserver<GenerateOnceResponse> observer) {
        try {
            GenerateRequest asked = request.getRequest();
            LiveModels.Held held = hold(asked.getModel(), asked.getPrompt());
            begin(
                    held,
                    (router, timeline) -> generate(
                            held,
                            router.requests().read(asked, timeline),
                            timeline,
                            new WholeReply((ServerCallStreamObserver<GenerateOnceResponse>) observer)));
        } catch (RequestException e) {
            throw e.within("request");
        }
    }

    /** Begins a run. The model is let go when the run is over, or at once if the run cannot begin. */
    private static void begin(LiveModels.Held held, BiConsumer<RouterParts, RequestTimeline> run) {
        boolean begun = false;
        try {
            run.accept(held.parts(), RequestTimeline.start(held.parts().telemetry()));
            begun = true;
        } finally {
            if (!begun) {
                held.close();
            }
        }
    }

    private void generate(LiveModels.Held held, InferenceRequest request, RequestTimeline timeline, ReplySink sink) {
        ReplySink client = DerenderedReply.where(held.parts().derenderer(), request, sink);
        GenerateReply reply = new GenerateReply(held.parts(), request, timeline, client);
        begin(held, new RequestRun(held.parts(), request, Goal.ANSWER, timeline, reply));
    }

    private void begin(LiveModels.Held held, RequestRun run) {
        open.add(run);
        run.start(() -> {
            open.remove(run);
            held.close();
        });
    }

    /** Ends every request with {@code failure}; draft and target stop as if the client had gone. */
    void failCalls(RequestException failure) {
        open.forEach(run -> run.stop(failure));
    }

    @Override
    public void explain(ExplainRequest request, StreamObserver<ExplainResponse> observer) {
        LiveModels.Held held = hold(request.getModel(), request.getPrompt());
        begin(held, (router, timeline) -> {
            InferenceRequest valid = router.requests().read(request, timeline);
            ExplainReply reply = new ExplainReply(
                    router.tokenizer(), router.fallbacks(), valid, timeline, (ServerCallStreamObserver<ExplainResponse>)
                            observer);
            begin(held, new RequestRun(router, valid, Goal.EXPLANATION, timeline, reply));
        });
    }

    @Override
    public void tokenize(TokenizeRequest request, StreamObserver<TokenizeResponse> observer) {
        try (LiveModels.Held held = hold(request.getModel(), request.getPrompt())) {
            RouterParts router = held.parts();
            PromptTokens prompt = router.requests()
                    .prompt(
                            request.getPrompt(),
                            router.directory().target(),
                            RequestTimeline.start(router.telemetry()));
            TokenTexts texts = TokenTexts.of(prompt, router.tokenizer());
            answer(
                    observer,
                    TokenizeResponse.newBuilder()
                            .setTokens(texts.tokens())
                            .setSpans(texts.spans())
                            .setText(texts.text())
                            .build());
        }
    }

    @Override
    public void detokenize(DetokenizeRequest request, StreamObserver<DetokenizeResponse> observer) {
        try (LiveModels.Held held = hold(request.getModel(), Prompt.getDefaultInstance())) {
            RouterParts router = held.parts();
            int vocabSize = router.directory().target().getVocabSize();
            int[] tokens = RequestFields.tokens(request.getTokens().getIdsList(), "tokens.ids", vocabSize);
            boolean skip = !request.hasSkipSpecialTokens() || request.getSkipSpecialTokens();
            String text = router.tokenizer().decode(tokens, skip ? SpecialTokens.EXCLUDED : SpecialTokens.INCLUDED);
            answer(observer, DetokenizeResponse.newBuilder().setText(text).build());
        }
    }

    @Override
    public void describe(DescribeRequest request, StreamObserver<DescribeResponse> observer) {
        answer(observer, Catalogue.describe(models.join().current(), request.getModel()));
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
