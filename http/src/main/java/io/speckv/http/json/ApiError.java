package io.speckv.http.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A failed request in OpenAI's form.
 *
 * @param status of HTTP
 * @param type OpenAI's coarse class, such as {@code invalid_request_error}
 * @param code stable and precise, such as {@code model_not_found}
 * @param param the request's field at fault
 * @param retryAfter time until the client should try again
 */
public record ApiError(
        int status, String type, String code, @Nullable String param, String message, Optional<Duration> retryAfter) {

    private static final String INVALID = "invalid_request_error";
    private static final String SERVER = "server_error";
    /** Codes of ours for which OpenAI has its own, which clients look for. */
    private static final Map<String, String> OPENAI_CODES = Map.of(
            FailureCode.PROMPT_TOO_LONG.name(), "context_length_exceeded",
            FailureCode.MODEL_UNKNOWN.name(), "model_not_found",
            FailureCode.TOKEN_MISSING.name(), "invalid_api_key",
            FailureCode.TOKEN_REJECTED.name(), "invalid_api_key");

    /** Returns the error of one field; the message starts with the field's name. */
    public static ApiError field(String param, String rule) {
        return new ApiError(400, INVALID, "invalid_value", param, param + " " + rule, Optional.empty());
    }

    /** Returns an error that concerns the request as a whole. */
    public static ApiError request(int status, String code, String message) {
        return new ApiError(status, INVALID, code, null, message, Optional.empty());
    }

    /** Returns the error of a gateway that is too busy to take the request. */
    public static ApiError busy(int status, String code, String message) {
        String type = status == 429 ? "rate_limit_error" : SERVER;
        return new ApiError(status, type, code, null, message, Optional.of(Duration.ofSeconds(1)));
    }

    /**
     * Returns the error for a failed call of the InferenceService.
     *
     * @param fields called only if a field is at fault
     */
    public static ApiError of(StatusRuntimeException thrown, Supplier<FieldNames> fields) {
        return RemoteFailure.of(thrown)
                .map(failure -> known(failure, fields))
                .orElseGet(() -> unknown(thrown.getStatus()));
    }

    private static ApiError known(RemoteFailure failure, Supplier<FieldNames> fields) {
        String path = failure.fields().isEmpty() ? null : failure.fields().get(0);
        String param = path == null ? null : fields.get().nameOf(path);
        String message = path != null && param != null && failure.message().startsWith(path)
                ? param + failure.message().substring(path.length())
                : failure.message();
        String code =
                OPENAI_CODES.getOrDefault(failure.reason(), failure.reason().toLowerCase(Locale.ROOT));
        if (failure.is(FailureCode.MODEL_UNKNOWN) && param == null) {
            param = "model";
        }
        Status.Code status = failure.status();
        return new ApiError(httpStatus(status), type(status), code, param, message, failure.retryAfter());
    }

    /** The status is not from one of our servers. Its text may name addresses, so clients get the code alone. */
    private static ApiError unknown(Status status) {
        Status.Code code = status.getCode();
        String message = switch (code) {
            case UNAVAILABLE -> "the inference service cannot be reached";
            case DEADLINE_EXCEEDED -> "the request took longer than the gateway allows";
            default -> "the inference service failed with " + code;
        };
        String name = code == Status.Code.DEADLINE_EXCEEDED ? FailureCode.DEADLINE.name() : code.name();
        return new ApiError(
                httpStatus(code), type(code), name.toLowerCase(Locale.ROOT), null, message, Optional.empty());
    }

    private static int httpStatus(Status.Code code) {
        return switch (code) {
            case INVALID_ARGUMENT, FAILED_PRECONDITION, OUT_OF_RANGE -> 400;
            case UNAUTHENTICATED -> 401;
            case PERMISSION_DENIED -> 403;
            case NOT_FOUND -> 404;
            case ALREADY_EXISTS, ABORTED -> 409;
            case RESOURCE_EXHAUSTED -> 429;
            case UNIMPLEMENTED -> 501;
            case UNAVAILABLE, CANCELLED -> 503;
            case DEADLINE_EXCEEDED -> 504;
            case OK, UNKNOWN, INTERNAL, DATA_LOSS -> 500;
        };
    }

    private static String type(Status.Code code) {
        int status = httpStatus(code);
        if (status == 429) {
            return "rate_limit_error";
        }
        return status < 500 ? INVALID : SERVER;
    }

    /** Returns the body: an object whose only key is {@code error}. */
    public JsonNode toJson() {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("message", message).put("type", type).put("param", param).put("code", code);
        return JsonNodeFactory.instance.objectNode().set("error", error);
    }

    /** Returns this error as the exception that request readers throw. */
    public RefusedException asException() {
        return new RefusedException(this);
    }

    /** Carries an error out of the code that reads a request. */
    public static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient ApiError error;

        private RefusedException(ApiError error) {
            super(error.message());
            this.error = error;
        }

        public ApiError error() {
            return error;
        }
    }
}
