package io.speckv.engineclient;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One answer as a stream of events. Bytes are read only while the listener wants more. Closing the stream closes its
 * connection, and the engine then knows that nobody reads on. Thread-safe; the listener is called by one thread at a time.
 */
public final class EngineStream {
    private static final int REFUSAL_BYTES_MOST = 1 << 20;
    private static final int OK = 200;

    private final Listener listener;
    private @Nullable CompletableFuture<HttpResponse<Void>> exchange;
    private Flow.@Nullable Subscription bytes;
    private boolean wanted = true;
    private boolean closed;

    /** Takes the events; is not called again after the stream was closed, refused, ended or broken. */
    public interface Listener {
        /** Events that arrived together. More come only after {@link EngineStream#next}. */
        void events(List<String> data);

        /** The stream ended normally, as HTTP defines it. */
        void ended();

        /** The engine answered, but not with a stream. */
        void refused(EngineReply reply);

        /** The connection failed or broke off. */
        void broke(IOException cause);
    }

    EngineStream(Listener listener) {
        this.listener = listener;
    }

    void open(HttpClient http, HttpRequest request) {
        CompletableFuture<HttpResponse<Void>> sent = http.sendAsync(request, this::body);
        synchronized (this) {
            exchange = sent;
        }
        var unused = sent.whenComplete((response, failure) -> {
            if (failure != null) {
                broke(failure);
            }
        });
    }

    private BodySubscriber<Void> body(HttpResponse.ResponseInfo response) {
        boolean events = response.headers()
                .firstValue("content-type")
                .filter(type -> type.startsWith("text/event-stream"))
                .isPresent();
        return response.statusCode() == OK && events
                ? new Events()
                : new Refusal(response.statusCode(), response.headers());
    }

    /** Asks for more events. */
    public void next() {
        Flow.Subscription now;
        synchronized (this) {
            wanted = true;
            now = bytes;
        }
        if (now != null) {
            now.request(1);
        }
    }

    /** Closes the connection in any state. */
    public void close() {
        Flow.Subscription now;
        CompletableFuture<HttpResponse<Void>> sent;
        synchronized (this) {
            closed = true;
            now = bytes;
            sent = exchange;
        }
        if (now != null) {
            now.cancel();
        }
        if (sent != null) {
            sent.cancel(true);
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Returns true for the first of several ends, which is the only one that counts. */
    private synchronized boolean endsNow() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    private void broke(Throwable failure) {
        if (endsNow()) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            listener.broke(
                    cause instanceof IOException io ? io : new IOException(String.valueOf(cause.getMessage()), cause));
        }
    }

    /** The common part of both kinds of body. Nobody waits for their results. */
    private abstract class Body implements BodySubscriber<Void> {
        @Override
        public CompletionStage<Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(Throwable failure) {
            broke(failure);
        }
    }

    private final class Events extends Body {
        private final EventBlocks blocks = new EventBlocks();

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            boolean asks;
            synchronized (EngineStream.this) {
                bytes = subscription;
                asks = wanted && !closed;
                wanted = false;
            }
            if (asks) {
                subscription.request(1);
            } else if (isClosed()) {
                subscription.cancel();
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            if (isClosed()) {
                return;
            }
            List<String> events;
            try {
                events = blocks.accept(buffers);
            } catch (IllegalStateException e) {
                close(e);
                return;
            }
            if (events.isEmpty()) {
                next();
            } else {
                listener.events(events);
            }
        }

        private void close(IllegalStateException failure) {
            broke(failure);
            EngineStream.this.close();
        }

        @Override
        public void onComplete() {
            if (endsNow()) {
                listener.ended();
            }
        }
    }

    private final class Refusal extends Body {
        private final int status;
        private final HttpHeaders headers;
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        Refusal(int status, HttpHeaders headers) {
            this.status = status;
            this.headers = headers;
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            boolean gone;
            synchronized (EngineStream.this) {
                bytes = subscription;
                gone = closed;
            }
            if (gone) {
                subscription.cancel();
            } else {
                subscription.request(Long.MAX_VALUE);
            }
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] more = new byte[Math.min(buffer.remaining(), REFUSAL_BYTES_MOST - text.size())];
                buffer.get(more);
                text.writeBytes(more);
            }
        }

        @Override
        public void onComplete() {
            if (endsNow()) {
                listener.refused(EngineReply.of(status, headers, text.toString(StandardCharsets.UTF_8)));
            }
        }
    }
}
