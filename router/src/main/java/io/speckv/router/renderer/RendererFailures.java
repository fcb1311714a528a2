package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.ChatTemplateException;
import java.time.Duration;

/** What a renderer's refusals and failures mean. */
final class RendererFailures {
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);
    private static final int MESSAGE_MOST = 200;
    private static final int OK = 200;

    private RendererFailures() {}

    /**
     * Returns the answer if it is one, or refuses the chat.
     *
     * @throws RequestException with NO_RENDERER if the trouble is the renderer's
     */
    static EngineReply requireWorking(String name, String path, EngineReply reply) {
        return switch (reply.status()) {
            // llama.cpp says 500 where a template raises an error.
            case OK, 400, 413, 422, 500 -> reply;
            case 401 -> throw gone(name, "refuses the key of key-file: " + message(reply));
            case 403, 404 -> throw gone(name, "does not serve " + path + " for this model: " + message(reply));
            default -> throw gone(name, "answers " + path + " with status " + reply.status() + ": " + message(reply));
        };
    }

    /** Returns the failure of a request for which no renderer is there. */
    static RequestException gone(String name, String why) {
        return RequestException.of(FailureCode.NO_RENDERER, name + " " + why).retryAfter(TRY_AGAIN);
    }

    /** Returns the refusal of a chat. */
    static ChatTemplateException refused(String name, EngineReply reply) {
        return new ChatTemplateException(name + " says: " + message(reply));
    }

    /**
     * Returns what an engine says of a refusal: the first line, since the others may quote the chat.
     */
    static String message(EngineReply reply) {
        JsonNode json = reply.json();
        JsonNode error = json.path("error");
        JsonNode text = error.isTextual() ? error : error.path("message");
        String message =
                text.isTextual() ? text.textValue() : json.path("detail").asText("no reason is given");
        String line = message.lines().findFirst().orElse("").strip();
        String shown = line.length() <= MESSAGE_MOST ? line : line.substring(0, MESSAGE_MOST) + " [...]";
        // Of a body that is none of theirs the line only counts the errors; the place of the first stands beside it.
        return shown.endsWith(":") && error.path("param").isTextual()
                ? shown + " " + error.path("param").asText()
                : shown;
    }
}
