package io.speckv.kit.stream;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;

/** The streams of a service that are not over, so that all can be told why they end. Thread-safe. */
public final class OpenStreams {
    private final Map<Object, StreamWriter<?>> open = new ConcurrentHashMap<>();

    /** Opens a stream as {@link StreamWriter#open} does; it leaves when it is over. */
    public <T extends MessageLite> StreamWriter<T> open(
            ServerCallStreamObserver<T> observer,
            OutboxLimits limits,
            ScheduledExecutorService timer,
            Runnable onClosed) {
        Object key = new Object();
        // gRPC calls back only after the service method, so the stream cannot leave before it is here.
        StreamWriter<T> writer = StreamWriter.open(observer, limits, timer, () -> {
            open.remove(key);
            onClosed.run();
        });
        open.put(key, writer);
        return writer;
    }

    /** Ends every stream with {@code failure}, and drops what waits to be sent. */
    public void failAll(Throwable failure) {
        List.copyOf(open.values()).forEach(writer -> writer.fail(failure));
    }

    /** Returns the streams that are not over. */
    public int size() {
        return open.size();
    }
}
