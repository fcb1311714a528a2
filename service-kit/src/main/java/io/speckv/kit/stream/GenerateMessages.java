package io.speckv.kit.stream;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.LookaheadTokens;
import io.speckv.proto.v1.TargetServiceGenerateRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of one Generate call of a target: a start, then lookahead and speculation. gRPC calls it, one callback
 * at a time.
 */
public final class GenerateMessages implements StreamObserver<TargetServiceGenerateRequest> {
    /** Answers a call, from the start on. An exception from its methods fails the call. */
    public interface Answering {
        /** Takes more guessed tokens of the draft. */
        void take(LookaheadTokens lookahead);

        /** The draft sends no more tokens. */
        void complete();

        /** The caller no longer wants the answer, or the answer is complete. May be called more than once, from any thread. */
        void leave();
    }

    private final BiFunction<GenerationStart, StreamWriter<TargetServiceGenerateResponse>, Answering> begin;
    private @Nullable StreamWriter<TargetServiceGenerateResponse> writer;
    private volatile @Nullable Answering answer;

    /**
     * Makes the reader of one call.
     *
     * @param begin starts to answer a start into the call's response side; an exception from it fails the call
     */
    public GenerateMessages(BiFunction<GenerationStart, StreamWriter<TargetServiceGenerateResponse>, Answering> begin) {
        this.begin = begin;
    }

    /** Takes over the response side. Must be called inside the service method. */
    public GenerateMessages open(
            ServerCallStreamObserver<TargetServiceGenerateResponse> observer,
            OutboxLimits limits,
            OpenStreams streams,
            ScheduledExecutorService timer) {
        writer = streams.open(observer, limits, timer, this::streamOver);
        return this;
    }

    private void streamOver() {
        Answering running = answer;
        if (running != null) {
            running.leave();
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
        if (answer != null) {
            throw RequestException.invalidField("start", "came twice, must be the first message and only the first");
        }
        answer = begin.apply(start, stream);
        if (stream.isOver()) {
            streamOver();
        }
    }

    private void lookahead(LookaheadTokens message) {
        Answering running = answer;
        if (running == null) {
            throw RequestException.invalidField("lookahead", "came before the start");
        }
        running.take(message);
    }

    /** The caller went away. The writer's cancel handler deals with that. */
    @Override
    public void onError(Throwable thrown) {}

    @Override
    public void onCompleted() {
        Answering running = answer;
        if (running != null) {
            running.complete();
        } else if (writer != null) {
            writer.fail(RequestException.invalidField("start", "is missing"));
        }
    }
}
