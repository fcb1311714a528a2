package io.speckv.kit.stream;

import com.google.protobuf.MessageLite;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The open streams of a service, so that all of them can be told why they end. Thread-safe. */
public final class OpenStreams {
    private static final Logger LOG = LoggerFactory.getLogger(OpenStreams.class);

    private final Map<Object, StreamWriter<?>> open = new ConcurrentHashMap<>();

    /** Opens a stream like {@link StreamWriter#open}. The stream is removed here when it is over. */
    public <T extends MessageLite> StreamWriter<T> open(
            ServerCallStreamObserver<T> observer,
            OutboxLimits limits,
            ScheduledExecutorService timer,
            Runnable onClosed) {
        Object key = new Object();
        // gRPC calls back only after the service method, so the stream is not removed before it is added.
        StreamWriter<T> writer = StreamWriter.open(observer, limits, timer, () -> {
            open.remove(key);
            onClosed.run();
        });
        open.put(key, writer);
        return writer;
    }

    /** Ends every stream with {@code failure}, and drops waiting messages. */
    public void failAll(Throwable failure) {
        for (StreamWriter<?> writer : List.copyOf(open.values())) {
            try {
                writer.fail(failure);
            } catch (RuntimeException e) {
                // The others must hear of it all the same.
                LOG.error("could not end a stream", e);
            }
        }
    }

    /** Returns the number of open streams. */
    public int size() {
        return open.size();
    }
}
