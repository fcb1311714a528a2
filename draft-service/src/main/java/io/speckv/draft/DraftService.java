package io.speckv.draft;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.stream.OpenStreams;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnalyseResponse;
import io.speckv.proto.v1.DraftRequest;
import io.speckv.proto.v1.DraftResponse;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/** The draft's gRPC side. It exists before the model does, and the server refuses calls until the model is attached. */
final class DraftService extends DraftServiceGrpc.DraftServiceImplBase implements AutoCloseable {
    /**
     * Messages for scores, prompt and summary. The outbox has room for these besides all lookahead tokens, so it never
     * refuses a message.
     */
    private static final int OTHER_MESSAGES = 8;

    private final Telemetry telemetry;
    private final DraftSettings settings;
    private final CompletableFuture<DraftEngine> engine = new CompletableFuture<>();
    private final OpenStreams streams = new OpenStreams();
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-draft-timer");

    DraftService(Telemetry telemetry, DraftSettings settings) {
        this.telemetry = telemetry;
        this.settings = settings;
    }

    /** Gives the service its warm model. Called once, before any call is let through. */
    void attach(DraftEngine warm) {
        engine.complete(warm);
    }

    @Override
    public void describe(DraftServiceDescribeRequest request, StreamObserver<DraftServiceDescribeResponse> observer) {
        DraftEngine draft = engine.join();
        observer.onNext(DraftServiceDescribeResponse.newBuilder()
                .setModel(draft.model()
                        .describe(draft.maxPromptTokens(), settings.limits().lookaheadTokens()))
                .setMaxLookaheadTokenCount(settings.limits().lookaheadTokens())
                .setVersion(BuildVersion.current())
                .setClassifierName(draft.classifierName())
                .setClassifierFingerprint(draft.classifierFingerprint())
                .build());
        observer.onCompleted();
    }

    @Override
    public void analyse(AnalyseRequest request, StreamObserver<AnalyseResponse> observer) {
        DraftEngine draft = engine.join();
        RequestTimeline timeline = RequestTimeline.start(telemetry);
        AnalysisRequest analysis = reader(draft).read(request);
        QueuePlace place = new QueuePlace();
        StreamWriter<AnalyseResponse> stream =
                streams.open((ServerCallStreamObserver<AnalyseResponse>) observer, outbox(), timer, () -> {
                    place.withdraw();
                    draft.wake();
                });
        AnalysisReply<AnalyseResponse> answer = new AnalysisReply<>(
                analysis, draft.model().tokenizer(), stream, Function.identity(), timeline, telemetry.metrics());
        new AnalysisRun<>(draft, analysis, answer, null, place).start();
    }

    @Override
    public StreamObserver<DraftRequest> draft(StreamObserver<DraftResponse> observer) {
        DraftEngine draft = engine.join();
        DraftMessageReader stream = new DraftMessageReader(draft, reader(draft), settings.continuing(), telemetry);
        return stream.open(streams, (ServerCallStreamObserver<DraftResponse>) observer, outbox(), timer);
    }

    private AnalysisReader reader(DraftEngine draft) {
        return new AnalysisReader(
                draft.model(),
                draft.maxPromptTokens(),
                settings.limits().lookaheadTokens(),
                !draft.classifierName().isEmpty());
    }

    private OutboxLimits outbox() {
        DraftSettings.Limits limits = settings.limits();
        return new OutboxLimits(limits.lookaheadTokens() + OTHER_MESSAGES, limits.slowConsumerTimeout());
    }

    /** Ends every stream with {@code failure}. Its work stops as if its caller had gone. */
    void failStreams(RequestException failure) {
        streams.failAll(failure);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
