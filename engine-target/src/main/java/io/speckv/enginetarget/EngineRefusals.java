package io.speckv.enginetarget;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.ConnectionTrouble;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What an engine's refusals and failures mean for a request. */
final class EngineRefusals {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    /** Our names of fields that the engine calls otherwise, by the engine's name. */
    private static final Map<String, String> OUR_FIELDS = Map.of(
            "max_tokens", "max_new_tokens",
            "max_new_tokens", "max_new_tokens",
            "n_predict", "max_new_tokens",
            "logprobs", "top_logprobs",
            "repeat_penalty", "repetition_penalty");

    private EngineRefusals() {}

    /** Returns the failure for a refusal before any token. */
    static RequestException of(EngineReply reply) {
        return ofStatus(reply.status(), error(reply), reply.retryAfter(), 0);
    }

    /** Returns the reason that a refusal gives. */
    static String reason(EngineReply reply) {
        return message(error(reply));
    }

    /** Some engines put the error into an envelope, and some send it alone. */
    private static JsonNode error(EngineReply reply) {
        JsonNode json = reply.json();
        return json.has("error") ? json.get("error") : json;
    }

    /**
     * Returns the failure for an error among the events of an answer.
     *
     * @param generated tokens before it
     */
    static RequestException of(JsonNode error, int generated) {
        JsonNode code = error.path(error.has("status_code") ? "status_code" : "code");
        return ofStatus(code.asInt(500), error, Optional.empty(), generated);
    }

    /** Returns the failure for a connection that could not be made or broke off. */
    static RequestException of(IOException cause, int generated) {
        return lost("the connection to the engine failed: " + why(cause), generated);
    }

    /** Returns what is wrong with a connection, in one sentence. */
    static String why(IOException cause) {
        return ConnectionTrouble.of(cause)
                .orElseGet(() -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    /** Returns the failure of an answer that the engine ended. Before its first token the router may try another target. */
    static RequestException lost(String why, int generated) {
        return generated == 0
                ? RequestException.of(FailureCode.NO_TARGET, why).retryAfter(TRY_AGAIN)
                : RequestException.of(FailureCode.TARGET_LOST, why + ", after " + generated + " generated tokens")
                        .with("generated_token_count", generated);
    }

    private static RequestException ofStatus(int status, JsonNode error, Optional<Duration> wait, int generated) {
        String message = message(error);
        if (generated > 0) {
            return lost("the engine failed: " + message, generated);
        }
        String type = error.path("type").asText().toLowerCase(Locale.ROOT);
        return switch (status) {
            case 400, 413, 422 -> isTooLong(error, type) ? tooLong(error, message) : invalid(error, message);
            case 401, 403 -> lost("the engine refuses the key of key-file: " + message, 0);
            case 404 -> lost("the engine does not serve the model any more: " + message, 0);
            case 429 -> busy(message, wait);
            case 503 ->
                type.contains("unavailable_error")
                        ? RequestException.of(FailureCode.LOADING, "the engine is not ready: " + message)
                                .retryAfter(wait.orElse(TRY_AGAIN))
                        : busy(message, wait);
            default -> lost("the engine failed with HTTP status " + status + ": " + message, 0);
        };
    }

    private static RequestException busy(String message, Optional<Duration> wait) {
        return RequestException.of(FailureCode.QUEUE_FULL, "the engine takes no more requests: " + message)
                .retryAfter(wait.orElse(TRY_AGAIN));
    }

    private static boolean isTooLong(JsonNode error, String type) {
        return type.equals("exceed_context_size_error")
                || error.path("param").asText().equals("input_tokens")
                || (error.isTextual() ? error : error.path("message")).asText().contains("maximum context length");
    }

    private static RequestException tooLong(JsonNode error, String message) {
        RequestException failure = RequestException.ofField(
                FailureCode.PROMPT_TOO_LONG, "prompt.token_ids", "are refused by the engine: " + message);
        return error.has("n_ctx") ? failure.with("most_tokens", error.get("n_ctx")) : failure;
    }

    private static RequestException invalid(JsonNode error, String message) {
        String param = error.path("param").asText();
        String field = OUR_FIELDS.getOrDefault(param, param);
        return param.isEmpty() || error.path("param").isNull()
                ? RequestException.of(FailureCode.FIELD_INVALID, "the engine refuses the request: " + message)
                : RequestException.invalidField("sampling." + field, "is refused by the engine: " + message);
    }

    private static String message(JsonNode error) {
        return EngineReply.reason(error, "no reason is given");
    }
}
