package io.speckv.engineclient;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.net.http.HttpHeaders;
import java.time.Duration;
import java.util.Optional;

/**
 * An engine's answer that is not a stream.
 *
 * @param status of HTTP
 * @param retryAfter time until the next try, if the engine says it in seconds
 * @param body as text, cut if it is very long
 */
public record EngineReply(int status, Optional<Duration> retryAfter, String body) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final int OK = 200;
    private static final int REASON_MOST = 200;

    static EngineReply of(int status, HttpHeaders headers, String body) {
        Optional<Duration> wait = headers.firstValue("retry-after")
                .filter(text -> text.matches("\\d{1,5}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)));
        return new EngineReply(status, wait, body);
    }

    /** Returns whether this is an answer and not a refusal. */
    public boolean isOk() {
        return status == OK;
    }

    /**
     * Returns the reason in an error. Only its first line counts, because some engines go on to list every mistake in the
     * request's body and quote it.
     *
     * @param error its text, or an object with a message
     * @param otherwise the result if there is no reason
     */
    public static String reason(JsonNode error, String otherwise) {
        JsonNode text = error.isTextual() ? error : error.path("message");
        String reason = text.isTextual() ? text.textValue() : otherwise;
        String line = reason.lines().findFirst().orElse("").strip();
        return line.length() <= REASON_MOST ? line : line.substring(0, REASON_MOST) + " [...]";
    }

    /** Returns the body as JSON; a missing node if it is not JSON. */
    public JsonNode json() {
        return json(body);
    }

    /** Returns a text as JSON; a missing node if it is not JSON. */
    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
