package io.speckv.http.connection;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.ApiError;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** One HTTP request and its answer, which is sent whole or as server-sent events. Confined to the request's event loop. */
public final class Exchange {
    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final long MILLIS_PER_SECOND = 1000;
    private static final long LINGER_MILLIS = 1000;
    private static final long UNREAD_MOST_BYTES = 65_536;
    private static final String COMMENT = ": keep-alive\n\n";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private boolean gone;
    private boolean stalled;
    private @Nullable Promise<Void> drained;
    private boolean lastOfConnection;
    private boolean over;
    private final List<Runnable> whenGone = new ArrayList<>();
    private final List<Runnable> whenOver = new ArrayList<>();
    private final String requestId;
    private long lastWritten;
    private int namedEvents;
    private ErrorForm errors = ErrorForm.OPENAI;

    public Exchange(HttpServerRequest request, Context context) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.requestId = RequestId.of(request.getHeader(RequestId.HEADER));
        response.putHeader(RequestId.HEADER, requestId);
        // HTTP/2 reports a reset stream as an exception, HTTP/1.1 a closed connection as its end. Invalid bytes can
        // still be answered.
        response.exceptionHandler(thrown -> {
            if (request.version() == HttpVersion.HTTP_2) {
                lost();
            }
        });
        response.closeHandler(closed -> {
            lost();
            over();
        });
        response.endHandler(ended -> over());
    }

    private void over() {
        if (!over) {
            over = true;
            whenOver.forEach(Runnable::run);
        }
    }

    /** Runs {@code action} once the answer is sent or the client no longer waits for it. */
    public void onOver(Runnable action) {
        whenOver.add(action);
        if (over) {
            action.run();
        }
    }

    /** Sets the form of this exchange's errors. */
    public void errorsAs(ErrorForm form) {
        errors = form;
    }

    /** Returns the request id that the client sent, or a new one. */
    public String requestId() {
        return requestId;
    }

    private void lost() {
        if (!gone && !response.ended()) {
            gone = true;
            whenGone.forEach(Runnable::run);
        }
    }

    /** Runs {@code action} if the client goes away before the answer's end. */
    public void onGone(Runnable action) {
        whenGone.add(action);
        if (gone) {
            action.run();
        }
    }

    public HttpServerRequest request() {
        return request;
    }

    public Context context() {
        return context;
    }

    /** Returns whether the client has not read for so long that the connection takes no more. */
    public boolean isStalled() {
        return stalled;
    }

    boolean isEventStream() {
        return response.headWritten();
    }

    public void header(String name, String value) {
        response.putHeader(name, value);
    }

    /** Closes the connection after the answer, because the request is not read to its end. */
    public void closeWhenAnswered() {
        // An HTTP/2 stream ends by itself, and the connection's other streams go on.
        lastOfConnection = request.version() != HttpVersion.HTTP_2;
    }

    /** Answers with JSON. */
    public void json(int status, JsonNode body) {
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
            // Closing at once would reset the connection while the client still sends, before it has read the answer.
            ended.onComplete(sent -> context.owner()
                    .setTimer(LINGER_MILLIS, waited -> request.connection().close()));
        }
    }

    /** Answers with an error: with its HTTP status, or as the stream's last event if the answer has begun. */
    public void error(ApiError error) {
        if (gone || response.ended()) {
            return;
        }
        // Once an answer has begun, its client has read status 200: only this line tells the operator that it broke
        // off.
        boolean begun = isEventStream();
        LOG.atLevel(begun ? Level.WARN : Level.INFO)
                .addKeyValue("request_id", requestId)
                .addKeyValue("method", request.method())
                .addKeyValue("path", request.path())
                .addKeyValue("status", error.status())
                .addKeyValue("code", error.code())
                .addKeyValue("param", error.param())
                .log(begun ? "answer broke off" : "request refused or failed");
        if (isMoreToCome()) {
            closeWhenAnswered();
        }
        if (isEventStream()) {
            write(errors.event(error, requestId, namedEvents));
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
        json(error.status(), errors.body(error, requestId));
    }

    /** Returns whether the client still has more to send than is worth reading to keep its connection. */
    private boolean isMoreToCome() {
        if (request.isEnded()) {
            return false;
        }
        return request.getHeader(HttpHeaders.EXPECT) != null
                || request.getHeader(HttpHeaders.TRANSFER_ENCODING) != null
                || Bodies.announced(request) > UNREAD_MOST_BYTES;
    }

    /** Tells a client that waits for permission (100 Continue) to send its body. */
    void letSend() {
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            response.writeContinue();
        }
    }

    /** Answers with a file of the page. */
    public void bytes(String contentType, byte[] body) {
        response.putHeader(HttpHeaders.CONTENT_TYPE, contentType).end(Buffer.buffer(body));
    }

    /** Answers with a status and no body. */
    void empty(int status) {
        response.setStatusCode(status).end();
    }

    /**
     * Sends the headers of a stream and a comment, unless they were sent, before any event is known. The comment is needed
     * because some proxies hold headers back until something follows.
     */
    public void beginSilence(Duration keepAlive) {
        if (!gone && !response.headWritten()) {
            beginEvents(keepAlive);
            write(COMMENT);
        }
    }

    /** Sends the headers of a stream, unless they were sent. From now on comments keep silences below {@code keepAlive}. */
    public void beginEvents(Duration keepAlive) {
        if (gone || response.headWritten()) {
            return;
        }
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                // A proxy that buffers answers would deliver the stream only at its end.
                .putHeader("X-Accel-Buffering", "no");
        response.writeHead().onFailure(thrown -> lost());
        lastWritten = System.nanoTime();
        long every = Math.max(1, keepAlive.toMillis() / 2);
        long timer = context.owner().setPeriodic(every, tick -> {
            if (!stalled && System.nanoTime() - lastWritten >= keepAlive.toNanos() / 2) {
                write(COMMENT);
            }
        });
        onOver(() -> context.owner().cancelTimer(timer));
    }

    /** Sends one event after {@link #beginEvents}; completes when the connection takes the next one. */
    public Future<Void> event(String data) {
        return write("data: " + data + "\n\n");
    }

    /** Sends one event with a name. */
    public Future<Void> event(String name, JsonNode data) {
        namedEvents++;
        return write("event: " + name + "\ndata: " + data + "\n\n");
    }

    /** Sends {@code last}, which may be empty, and ends the stream. */
    public void endEvents(String last) {
        if (!gone && !response.ended()) {
            response.end(last);
        }
    }

    /** Cuts the connection of a client that reads nothing more. */
    public void cut() {
        response.reset();
    }

    private Future<Void> write(String text) {
        if (gone || response.ended()) {
            return Future.failedFuture("the client has gone away");
        }
        lastWritten = System.nanoTime();
        response.write(text).onFailure(thrown -> lost());
        if (!response.writeQueueFull()) {
            return Future.succeededFuture();
        }
        if (drained == null || drained.future().isComplete()) {
            // All writers wait on one promise, since the choices of an answer write side by side.
            Promise<Void> next = Promise.promise();
            drained = next;
            stalled = true;
            response.drainHandler(ready -> {
                stalled = false;
                next.tryComplete();
            });
        }
        return drained.future();
    }
}
