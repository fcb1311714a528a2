package io.speckv.http.connection;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.speckv.http.json.ApiError;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with bytes that are not an HTTP request. */
public final class MalformedHttp {
    static final String CODE = "invalid_http";

    private MalformedHttp() {}

    /**
     * Returns the error.
     *
     * @param cause that the parser reported
     */
    public static ApiError error(@Nullable Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return ApiError.request(
                    414, "url_too_long", "the request's first line is too long: a URL has no such length");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return ApiError.request(431, "headers_too_large", "the request's headers are too large");
        }
        return ApiError.request(
                400,
                CODE,
                "the request is not valid HTTP: its first line, a header or the length of its body is wrong");
    }
}
