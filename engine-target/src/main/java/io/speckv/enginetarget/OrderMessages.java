package io.speckv.enginetarget;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.admission.Admission;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.OpenStreams;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of one Generate call: a start; lookahead may follow, for which there is no use. Called by gRPC, one
 * callback at a time.
 */
final class OrderMessages implements StreamObserver<TargetServiceGenerateRequest> {
    private final AnswerParts parts;
    private final Admission admission;
    private final Function<GenerationStart, EngineOrder> reader;
    private final RequestTimeline timeline;
    private final QueuePlace place = new QueuePlace();
    private @Nullable StreamWriter<TargetServiceGenerateResponse> writer;
    private volatile @Nullable EngineAnswer answer;

    OrderMessages(
            AnswerParts parts,
            Admission admission,
            Function<GenerationStart, EngineOrder> reader,
            RequestTimeline timeline) {
        this.parts = parts;
        this.admission = admission;
        this.reader = reader;
        this.timeline = timeline;
    }

    /** Takes the response side over; must be called inside the service method. */
    OrderMessages open(
            ServerCallStreamObserver<TargetServiceGenerateResponse> observer,
            OutboxLimits limits,
            OpenStreams streams) {
        writer = streams.open(observer, limits, parts.timer(), this::streamOver);
        return this;
    }

    private void streamOver() {
        EngineAnswer running = answer;
        if (running != null) {
            running.leave();
        }
        place.leave();
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
                case LOOKAHEAD -> {
                    if (answer == null) {
                        throw RequestException.invalidField("lookahead", "came before the start");
                    }
                }
                case MESSAGE_NOT_SET ->
                    throw RequestException.invalidField("message", "is missing: set start or lookahead");
            }
        } catch (RuntimeException e) {
            stream.fail(e);
        }
    }

    private void start(GenerationStart start, StreamWriter<TargetServiceGenerateResponse> stream) {
        if (answer != null) {
            throw RequestException.invalidField("start", "came twice, must be the first message and only the first");
        }
        EngineOrder order = reader.apply(start);
        EngineAnswer running = new EngineAnswer(parts, order, stream, timeline);
        answer = running;
        place.enter(admission, order.promptTokens(), running::begin);
        if (stream.isOver()) {
            streamOver();
        }
    }

    /** The caller went away; the writer's cancel handler does what is to be done. */
    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {
        if (answer == null && writer != null) {
            writer.fail(RequestException.invalidField("start", "is missing"));
        }
    }
}
