package io.speckv.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * One HTTP request and its answer: either whole or as server-sent events. Runs on the request's event loop alone, so
 * nothing here is shared between threads.
 */
final class Exchange {
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long LINGER_MILLIS = 1000;

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private boolean gone;
    private boolean stalled;
    private boolean lastOfConnection;
    private final List<Runnable> whenGone = new ArrayList<>();

    Exchange(HttpServerRequest request, Context context, Runnable whenOver) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        // A reset stream of HTTP/2 shows as an exception, a closed connection as its end.
        response.exceptionHandler(thrown -> lost());
        response.closeHandler(closed -> {
            lost();
            whenOver.run();
        });
        response.endHandler(ended -> whenOver.run());
    }

    private void lost() {
        if (!gone && !response.ended()) {
            gone = true;
            whenGone.forEach(Runnable::run);
        }
    }

    /** Has {@code action} run once the client has gone away without waiting for the answer's end. */
    void onGone(Runnable action) {
        whenGone.add(action);
        if (gone) {
            action.run();
        }
    }

    HttpServerRequest request() {
        return request;
    }

    Context context() {
        return context;
    }

    /** Whether the client has left text waiting for as long as the connection takes no more. */
    boolean isStalled() {
        return stalled;
    }

    boolean isEventStream() {
        return response.headWritten();
    }

    void header(String name, String value) {
        response.putHeader(name, value);
    }

    /** Has the connection closed after the answer, whose request has not been read to its end. */
    void closeWhenAnswered() {
        // A stream of HTTP/2 ends by itself; others of its connection go on.
        lastOfConnection = request.version() != HttpVersion.HTTP_2;
    }

    /** Answers with JSON. */
    void json(int status, JsonNode body) {
        if (gone || response.ended()) {
            return;
        }
        if (lastOfConnection) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        Future<Void> ended = response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.toString());
        if (lastOfConnection) {
            // Not at once: what the client still sends would reset the connection before it has read the answer.
            ended.onComplete(sent -> context.owner()
                    .setTimer(LINGER_MILLIS, waited -> request.connection().close()));
        }
    }

    /** Answers with an error: with its HTTP status, or as the stream's last event where the answer has begun. */
    void error(ApiError error) {
        if (isEventStream()) {
            write("data: " + error.toJson() + "\n\n");
            response.end();
            return;
        }
        if (error.status() == 401) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        error.retryAfter().ifPresent(wait -> {
            long millis = Math.max(1, wait.toMillis());
            response.putHeader("Retry-After", String.valueOf((millis + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND));
            response.putHeader("Retry-After-Ms", String.valueOf(millis));
        });
        json(error.status(), error.toJson());
    }

    /** Answers with a file of the page. */
    void bytes(String contentType, byte[] body) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(Buffer.buffer(body));
    }

    /** Sends one event; completes when the connection takes the next one. */
    Future<Void> event(String data) {
        if (!response.headWritten()) {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                    // Proxies that collect answers would turn a stream into a whole one.
                    .putHeader("X-Accel-Buffering", "no");
        }
        return write("data: " + data + "\n\n");
    }

    void endEvents() {
        if (!gone) {
            response.end("data: [DONE]\n\n");
        }
    }

    /** Cuts the connection of a client that takes nothing more. */
    void cut() {
        response.reset();
    }

    private Future<Void> write(String text) {
        if (gone || response.ended()) {
            return Future.failedFuture("the client has gone away");
        }
        response.write(text).onFailure(thrown -> lost());
        if (!response.writeQueueFull()) {
            return Future.succeededFuture();
        }
        stalled = true;
        Promise<Void> drained = Promise.promise();
        response.drainHandler(ready -> {
            stalled = false;
            drained.tryComplete();
        });
        return drained.future();
    }
}
