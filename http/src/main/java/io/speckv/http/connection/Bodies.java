package io.speckv.http.connection;

import io.speckv.http.json.ApiError;
import io.speckv.http.json.JsonFields;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** Reads bodies of requests, up to a size. Parsing a long prompt would block the event loop, so it runs on another thread. */
public final class Bodies {
    private final int mostBytes;
    private final Duration timeout;
    private final Duration idle;
    private final Arrivals arrivals;

    public Bodies(HttpSettings settings) {
        this.mostBytes = settings.maxBody().toIntExact();
        this.timeout = settings.bodyTimeout();
        this.idle = settings.arriving().idle();
        this.arrivals = new Arrivals(settings.arriving());
    }

    /**
     * Returns the result of {@code reader} for the body. Fails with {@link ApiError.RefusedException} if the body is bad or if
     * {@code whole} throws it, which runs when the body has arrived.
     */
    public <R> Future<R> read(Exchange exchange, Runnable whole, Function<JsonFields, R> reader) {
        HttpServerRequest request = exchange.request();
        String type = request.getHeader("Content-Type");
        // This also stops forms on other web sites from calling a local server through a browser.
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return Future.failedFuture(
                    ApiError.request(415, "unsupported_media_type", "Content-Type must be application/json")
                            .asException());
        }
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return Future.failedFuture(ApiError.request(
                            415, "unsupported_media_type", "Content-Encoding is not supported: send the body as it is")
                    .asException());
        }
        Vertx vertx = exchange.context().owner();
        return bytes(exchange, vertx).compose(body -> {
            whole.run();
            return vertx.executeBlocking(() -> reader.apply(JsonFields.parse(body.getBytes())), false);
        });
    }

    private Future<Buffer> bytes(Exchange exchange, Vertx vertx) {
        HttpServerRequest request = exchange.request();
        Promise<Buffer> whole = Promise.promise();
        if (announced(request) > mostBytes) {
            refuse(exchange, whole, tooLarge());
            return whole.future();
        }
        Arrivals.Body arrival;
        try {
            arrival = arrivals.begin(client(request), error -> refuse(exchange, whole, error));
        } catch (ApiError.RefusedException e) {
            refuse(exchange, whole, e.error());
            return whole.future();
        }
        exchange.letSend();
        Buffer body = Buffer.buffer();
        Patience patience = new Patience(vertx, exchange, whole);
        request.handler(part -> {
            if (whole.future().isComplete()) {
                return;
            }
            if (body.length() + part.length() > mostBytes) {
                refuse(exchange, whole, tooLarge());
                return;
            }
            body.appendBuffer(part);
            patience.renew();
            arrival.grew(part.length());
        });
        request.endHandler(end -> whole.tryComplete(body));
        request.exceptionHandler(thrown -> refuse(exchange, whole, broken(thrown)));
        return whole.future().onComplete(done -> {
            patience.end();
            arrival.ended();
        });
    }

    /** Usually the client has gone and nobody reads this answer. */
    private static ApiError broken(Throwable thrown) {
        return thrown instanceof HttpClosedException || thrown instanceof StreamResetException
                ? ApiError.request(400, "incomplete_body", "the connection ended before the body did")
                : MalformedHttp.error(thrown);
    }

    private static String client(HttpServerRequest request) {
        SocketAddress address = request.remoteAddress();
        return address == null ? "" : String.valueOf(address.hostAddress());
    }

    /** The two time limits of a body: for the whole, and for its next piece. */
    private final class Patience {
        private final Vertx vertx;
        private final Exchange exchange;
        private final Promise<Buffer> whole;
        private final long timer;
        private long idleTimer;

        Patience(Vertx vertx, Exchange exchange, Promise<Buffer> whole) {
            this.vertx = vertx;
            this.exchange = exchange;
            this.whole = whole;
            this.timer = start(timeout, "the body did not arrive within " + timeout.toMillis() + " ms");
            this.idleTimer = startIdle();
        }

        private long startIdle() {
            return start(idle, "nothing of the body arrived for " + idle.toMillis() + " ms");
        }

        private long start(Duration time, String late) {
            return vertx.setTimer(
                    time.toMillis(), now -> refuse(exchange, whole, ApiError.request(408, "body_timeout", late)));
        }

        void renew() {
            vertx.cancelTimer(idleTimer);
            idleTimer = startIdle();
        }

        void end() {
            vertx.cancelTimer(timer);
            vertx.cancelTimer(idleTimer);
        }
    }

    /** Refuses a body. The rest of it is not read, so the connection cannot be used again. */
    private static void refuse(Exchange exchange, Promise<Buffer> whole, ApiError error) {
        if (!whole.future().isComplete()) {
            exchange.closeWhenAnswered();
            whole.fail(error.asException());
        }
    }

    /** Returns the body's length from its header, or 0 if there is none. */
    static long announced(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    private ApiError tooLarge() {
        return ApiError.request(413, "request_too_large", "the body is larger than " + mostBytes + " bytes");
    }
}
