package io.speckv.router.reply;

import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.stream.OutboxLimits;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.proto.v1.GenerateResponse;
import java.util.concurrent.ScheduledExecutorService;

/** Sends an answer piece by piece as it comes. */
public final class StreamedReply implements ReplySink {
    private final StreamWriter<GenerateResponse> stream;
    private volatile Runnable onClosed = () -> {};

    public StreamedReply(
            ServerCallStreamObserver<GenerateResponse> observer, OutboxLimits outbox, ScheduledExecutorService timer) {
        this.stream = StreamWriter.open(observer, outbox, timer, () -> onClosed.run());
    }

    @Override
    public boolean send(GenerateResponse message) {
        return stream.send(message);
    }

    @Override
    public void onRoom(Runnable callback) {
        stream.onRoom(callback);
    }

    @Override
    public void onClosed(Runnable callback) {
        onClosed = callback;
    }

    @Override
    public boolean isCancelled() {
        return stream.isCancelled();
    }

    @Override
    public void finish(Runnable answered) {
        answered.run();
        stream.finish();
    }

    @Override
    public void fail(Throwable failure) {
        stream.fail(failure);
    }
}
