package io.speckv.target;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.BuildVersion;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.stream.GenerateMessages;
import io.speckv.kit.stream.OpenStreams;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.selection.method.Methods;
import io.speckv.serving.ServedModel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;

/** The target's gRPC side. It exists before the model does, and the server refuses calls until the parts are attached. */
final class TargetService extends TargetServiceGrpc.TargetServiceImplBase implements AutoCloseable {
    private final Telemetry telemetry;
    private final TargetSettings settings;
    private final CompletableFuture<Parts> parts = new CompletableFuture<>();
    private final OpenStreams streams = new OpenStreams();
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-target-timer");

    /** The parts that serve calls once the model is warm. */
    record Parts(ServedModel model, SlotSizes slots, GenerationScheduler scheduler) {
        /** Returns the longest prompt that leaves room for one token. */
        int maxPromptTokens(TargetSettings.Limits limits) {
            return Math.min(limits.promptTokens(), model.decoder().shape().maxPositions() - 1);
        }
    }

    TargetService(Telemetry telemetry, TargetSettings settings) {
        this.telemetry = telemetry;
        this.settings = settings;
    }

    /** Gives the service its warm model. Called once, before any call is let through. */
    void attach(Parts warm) {
        parts.complete(warm);
    }

    @Override
    public void describe(TargetServiceDescribeRequest request, StreamObserver<TargetServiceDescribeResponse> observer) {
        Parts warm = parts.join();
        observer.onNext(TargetServiceDescribeResponse.newBuilder()
                .setModel(warm.model()
                        .describe(
                                warm.maxPromptTokens(settings.limits()),
                                settings.limits().newTokens()))
                .addAllMethods(Methods.names())
                .setSlotCount(warm.slots().slots())
                .setQueueCapacity(warm.slots().queueCapacity())
                .setVersion(BuildVersion.current())
                .setMaxLookaheadTokenCount(settings.limits().lookaheadTokens())
                .build());
        observer.onCompleted();
    }

    @Override
    public StreamObserver<TargetServiceGenerateRequest> generate(
            StreamObserver<TargetServiceGenerateResponse> observer) {
        Parts warm = parts.join();
        StartReader reader = new StartReader(
                warm.model(), warm.maxPromptTokens(settings.limits()), settings.limits(), settings.defaultMethod());
        RequestTimeline timeline = RequestTimeline.start(telemetry);
        GenerateMessages messages = new GenerateMessages(
                (start, stream) -> StartedGeneration.submit(warm, reader.read(start), stream, timeline, telemetry));
        return messages.open(
                (ServerCallStreamObserver<TargetServiceGenerateResponse>) observer,
                settings.streams().limits(),
                streams,
                timer);
    }

    /** Ends every stream with {@code failure}. Their resources are released as if their callers had gone. */
    void failStreams(RequestException failure) {
        streams.failAll(failure);
    }

    /** Returns how many streams are not over. */
    int openStreams() {
        return streams.size();
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
