package io.speckv.http.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.http.json.ApiError;

/** Lays out errors as each API does. */
public enum ErrorForm {
    /** The form of OpenAI's older APIs. */
    OPENAI {
        @Override
        JsonNode body(ApiError error, String requestId) {
            return error.toJson();
        }

        @Override
        String event(ApiError error, String requestId, int events) {
            return "data: " + error.toJson() + "\n\n";
        }
    },
    /** The form of OpenAI's Responses, whose stream events have names. */
    RESPONSE {
        @Override
        JsonNode body(ApiError error, String requestId) {
            return error.toJson();
        }

        @Override
        String event(ApiError error, String requestId, int events) {
            ObjectNode event = JsonNodeFactory.instance
                    .objectNode()
                    .put("type", "error")
                    .put("code", error.code())
                    .put("message", error.message())
                    .put("param", error.param())
                    .put("sequence_number", events);
            return "event: error\ndata: " + event + "\n\n";
        }
    },
    /** Anthropic's form. */
    MESSAGE {
        @Override
        JsonNode body(ApiError error, String requestId) {
            ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", "error");
            body.putObject("error")
                    .put("type", anthropicType(error.status()))
                    .put("message", error.message())
                    .put("code", error.code())
                    .put("param", error.param());
            return body.put("request_id", requestId);
        }

        @Override
        String event(ApiError error, String requestId, int events) {
            return "event: error\ndata: " + body(error, requestId) + "\n\n";
        }
    };

    /** Returns the body of an error answer. */
    abstract JsonNode body(ApiError error, String requestId);

    /**
     * Returns the last event of a failed stream.
     *
     * @param events number of events with names before it
     */
    abstract String event(ApiError error, String requestId, int events);

    private static String anthropicType(int status) {
        return switch (status) {
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503 -> "overloaded_error";
            case 504 -> "timeout_error";
            default -> status < 500 ? "invalid_request_error" : "api_error";
        };
    }
}
