package io.speckv.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.function.Function;

/** Bodies of requests, up to a size. Parsing runs beside the event loop, which a long prompt would hold up. */
final class Bodies {
    private final int mostBytes;

    Bodies(int mostBytes) {
        this.mostBytes = mostBytes;
    }

    /** Returns what {@code reader} makes of the body; fails with {@link ApiError.Thrown} for a bad one. */
    <R> Future<R> read(Exchange exchange, Function<JsonFields, R> reader) {
        HttpServerRequest request = exchange.request();
        String type = request.getHeader("Content-Type");
        // Also keeps other sites' forms from calling a local server through a browser.
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            return Future.failedFuture(
                    ApiError.request(415, "unsupported_media_type", "Content-Type must be application/json")
                            .asException());
        }
        return bytes(request)
                .compose(body -> exchange.context()
                        .owner()
                        .executeBlocking(() -> reader.apply(JsonFields.parse(body.getBytes())), false));
    }

    private Future<Buffer> bytes(HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > mostBytes) {
                // The rest is not read: the connection cannot be used again.
                request.handler(ignored -> {});
                request.response().putHeader("Connection", "close");
                whole.tryFail(
                        ApiError.request(413, "request_too_large", "the body is larger than " + mostBytes + " bytes")
                                .asException());
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(end -> whole.tryComplete(body));
        request.exceptionHandler(whole::tryFail);
        return whole.future();
    }
}
