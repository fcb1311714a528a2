package io.speckv.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;

/** Bodies of requests, up to a size. Parsing runs beside the event loop, which a long prompt would hold up. */
final class Bodies {
    private final int mostBytes;
    private final Duration timeout;

    /** @param timeout for a body to arrive */
    Bodies(int mostBytes, Duration timeout) {
        this.mostBytes = mostBytes;
        this.timeout = timeout;
    }

    /** Returns what {@code reader} makes of the body; fails with {@link ApiError.RefusedException} for a bad one. */
    <R> Future<R> read(Exchange exchange, Function<JsonFields, R> reader) {
        HttpServerRequest request = exchange.request();
        String type = request.getHeader("Content-Type");
        // Also keeps other sites' forms from calling a local server through a browser.
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return Future.failedFuture(
                    ApiError.request(415, "unsupported_media_type", "Content-Type must be application/json")
                            .asException());
        }
        Vertx vertx = exchange.context().owner();
        return bytes(exchange, vertx)
                .compose(body -> vertx.executeBlocking(() -> reader.apply(JsonFields.parse(body.getBytes())), false));
    }

    private Future<Buffer> bytes(Exchange exchange, Vertx vertx) {
        HttpServerRequest request = exchange.request();
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        if (announced(request) > mostBytes) {
            refuse(exchange, whole, tooLarge());
        }
        request.handler(part -> {
            if (whole.future().isComplete()) {
                return;
            }
            if (body.length() + part.length() > mostBytes) {
                refuse(exchange, whole, tooLarge());
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> whole.tryComplete(body));
        // The client has gone away: nobody reads the answer.
        request.exceptionHandler(thrown -> refuse(
                exchange, whole, ApiError.request(400, "incomplete_body", "the connection ended before the body did")));
        long timer = vertx.setTimer(
                timeout.toMillis(),
                late -> refuse(
                        exchange,
                        whole,
                        ApiError.request(
                                408, "body_timeout", "the body did not arrive within " + timeout.toMillis() + " ms")));
        return whole.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    /** The rest of the body is not read, so the connection cannot be used again. */
    private static void refuse(Exchange exchange, Promise<Buffer> whole, ApiError error) {
        if (!whole.future().isComplete()) {
            exchange.closeWhenAnswered();
            whole.fail(error.asException());
        }
    }

    /** Returns the length that the client says the body has, or 0 where it does not say. */
    private static long announced(HttpServerRequest request) {
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
