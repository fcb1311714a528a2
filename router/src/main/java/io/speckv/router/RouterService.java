package io.speckv.router;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** The public API. It exists before the tokenizer does: the server refuses calls until the parts are attached. */
final class RouterService extends InferenceServiceGrpc.InferenceServiceImplBase implements AutoCloseable {
    private final OutboxLimits outbox;
    private final CompletableFuture<RouterParts> parts = new CompletableFuture<>();
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-router-timer");

    RouterService(OutboxLimits outbox) {
        this.outbox = outbox;
    }

    /** Gives the service what it works with, once, before any call is let through. */
    void attach(RouterParts ready) {
        parts.complete(ready);
    }

    @Override
    public void generate(GenerateRequest request, StreamObserver<GenerateResponse> observer) {
        RouterParts router = parts.join();
        RequestTimeline timeline = RequestTimeline.start(router.telemetry());
        GenerateCall call = new GenerateCall(router, router.requests().read(request, timeline), timeline);
        call.start(new StreamedAnswer(StreamWriter.open(
                (ServerCallStreamObserver<GenerateResponse>) observer, outbox, timer, call::answerOver)));
    }

    @Override
    public void generateOnce(GenerateOnceRequest request, StreamObserver<GenerateOnceResponse> observer) {
        RouterParts router = parts.join();
        RequestTimeline timeline = RequestTimeline.start(router.telemetry());
        Generation generation;
        try {
            generation = router.requests().read(request.getRequest(), timeline);
        } catch (RequestException e) {
            throw e.within("request");
        }
        GenerateCall call = new GenerateCall(router, generation, timeline);
        call.start(new WholeAnswer((ServerCallStreamObserver<GenerateOnceResponse>) observer, call::answerOver));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
