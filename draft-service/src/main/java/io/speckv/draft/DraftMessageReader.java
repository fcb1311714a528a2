package io.speckv.draft;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.draft.speculation.AnswerInbox;
import io.speckv.draft.speculation.SpeculationBounds;
import io.speckv.draft.speculation.SpeculationLength;
import io.speckv.draft.speculation.SpeculativeDraft;
import io.speckv.kit.admission.QueuePlace;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.OpenStreams;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.kit.wire.RequestFields;
import io.speckv.proto.v1.AnalyseRequest;
import io.speckv.proto.v1.AnsweredTokens;
import io.speckv.proto.v1.DraftRequest;
import io.speckv.proto.v1.DraftResponse;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/** The request side of one Draft call: a start, then the answer's tokens. gRPC calls it, one callback at a time. */
final class DraftMessageReader implements StreamObserver<DraftRequest> {
    private final DraftEngine engine;
    private final AnalysisReader reader;
    private final Telemetry telemetry;
    private final RequestTimeline timeline;
    private final AnswerInbox answer;
    private final SpeculativeDraft speculation;
    private final QueuePlace place = new QueuePlace();
    private @Nullable StreamWriter<DraftResponse> writer;
    private boolean started;

    DraftMessageReader(DraftEngine engine, AnalysisReader reader, SpeculationBounds bounds, Telemetry telemetry) {
        this.engine = engine;
        this.reader = reader;
        this.telemetry = telemetry;
        this.timeline = RequestTimeline.start(telemetry);
        this.answer = new AnswerInbox(engine.slotTokens());
        this.speculation =
                new SpeculativeDraft(engine::isAnalysing, engine::wantsSlots, answer, new SpeculationLength(bounds));
    }

    /** Takes over the response side. Must be called inside the service method. */
    DraftMessageReader open(
            OpenStreams streams,
            ServerCallStreamObserver<DraftResponse> observer,
            OutboxLimits limits,
            ScheduledExecutorService timer) {
        writer = streams.open(observer, limits, timer, this::streamOver);
        return this;
    }

    private void streamOver() {
        answer.complete();
        place.withdraw();
        engine.wake();
    }

    @Override
    public void onNext(DraftRequest message) {
        StreamWriter<DraftResponse> stream = writer;
        if (stream == null || stream.isOver()) {
            return;
        }
        try {
            switch (message.getMessageCase()) {
                case START -> start(message.getStart(), stream);
                case ANSWERED -> answered(message.getAnswered());
                case MESSAGE_NOT_SET ->
                    throw RequestException.invalidField("message", "is missing: set start or answered");
            }
        } catch (RuntimeException e) {
            stream.fail(e);
        }
    }

    private void start(AnalyseRequest start, StreamWriter<DraftResponse> stream) {
        if (started) {
            throw RequestException.invalidField("start", "came twice, must be the first message and only the first");
        }
        AnalysisRequest analysis;
        try {
            analysis = reader.readStart(start);
        } catch (RequestException e) {
            throw e.within("start");
        }
        started = true;
        AnalysisReply<DraftResponse> messages = new AnalysisReply<>(
                analysis,
                engine.model().tokenizer(),
                stream,
                response -> DraftResponse.newBuilder().setAnalysis(response).build(),
                timeline,
                telemetry.metrics());
        new AnalysisRun<>(engine, analysis, messages, speculation, place).start();
    }

    private void answered(AnsweredTokens message) {
        if (!started) {
            throw RequestException.invalidField("answered", "came before the start");
        }
        int[] tokens = RequestFields.tokens(
                message.getTokenIdsList(), "answered.token_ids", engine.model().vocabSize());
        answer.add(message.getFirstIndex(), tokens);
        engine.wake();
    }

    /** The caller went away. The writer's cancel handler deals with that. */
    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {
        answer.complete();
        engine.wake();
        if (!started && writer != null) {
            writer.fail(RequestException.invalidField("start", "is missing"));
        }
    }
}
