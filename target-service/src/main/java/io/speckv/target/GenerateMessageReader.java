package io.speckv.target;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.OpenStreams;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.wire.RequestFields;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** Reads the messages of one Generate call: a start, then lookahead and speculation. Called by gRPC, one callback at a time. */
final class GenerateMessageReader implements StreamObserver<TargetServiceGenerateRequest> {
    private final TargetService.Parts parts;
    private final StartReader reader;
    private final Telemetry telemetry;
    private final RequestTimeline timeline;
    private @Nullable StreamWriter<TargetServiceGenerateResponse> writer;
    private volatile @Nullable GenerationRun generation;

    GenerateMessageReader(TargetService.Parts parts, StartReader reader, Telemetry telemetry) {
        this.parts = parts;
        this.reader = reader;
        this.telemetry = telemetry;
        this.timeline = RequestTimeline.start(telemetry);
    }

    /** Takes the response side over; must be called inside the service method. */
    GenerateMessageReader open(
            ServerCallStreamObserver<TargetServiceGenerateResponse> observer,
            OutboxLimits limits,
            OpenStreams streams,
            ScheduledExecutorService timer) {
        writer = streams.open(observer, limits, timer, this::streamOver);
        return this;
    }

    private void streamOver() {
        GenerationRun running = generation;
        if (running != null) {
            running.place().withdraw();
            parts.scheduler().wake();
        }
    }

    @Override
    public void onNext(TargetServiceGenerateRequest message) {
        StreamWriter<TargetServiceGenerateResponse> stream = writer;
        if (stream == null || stream.isOver()) {
            return;
        }
        try {
            switch (message.getMessageCase()) {
                case START -> start(message.getStart(), stream);
                case LOOKAHEAD -> lookahead(message.getLookahead());
                case MESSAGE_NOT_SET ->
                    throw RequestException.invalidField("message", "is missing: set start or lookahead");
            }
        } catch (RuntimeException e) {
            stream.fail(e);
        }
    }

    private void start(GenerationStart start, StreamWriter<TargetServiceGenerateResponse> stream) {
        if (generation != null) {
            throw RequestException.invalidField("start", "came twice, must be the first message and only the first");
        }
        GenerationRequest request = reader.read(start);
        GenerationReply call = new GenerationReply(
                request, parts.model(), stream, timeline, telemetry.metrics(), parts.scheduler()::wake);
        generation = parts.scheduler().submit(request, call);
        if (stream.isOver()) {
            streamOver();
        }
    }

    private void lookahead(LookaheadTokens message) {
        GenerationRun running = generation;
        if (running == null) {
            throw RequestException.invalidField("lookahead", "came before the start");
        }
        int[] tokens = RequestFields.tokens(
                message.getTokenIdsList(), "lookahead.token_ids", parts.model().vocabSize());
        running.request().take(message.getFirstIndex(), tokens, message.getComplete());
        parts.scheduler().wake();
    }

    /** The caller went away; the writer's cancel handler does what is to be done. */
    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {
        GenerationRun running = generation;
        if (running != null) {
            running.request().lookahead().complete();
            parts.scheduler().wake();
        } else if (writer != null) {
            writer.fail(RequestException.invalidField("start", "is missing"));
        }
    }
}
