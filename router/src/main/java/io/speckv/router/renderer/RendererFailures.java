package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.RequestException;
import io.speckv.router.renderer.RendererSettings.Kind;
import io.speckv.text.ChatTemplateException;
import java.util.Optional;

/** What a renderer's refusals and failures mean. */
final class RendererFailures {
    private static final int OK = 200;
    private static final int BAD_REQUEST = 400;
    private static final int TOO_LARGE = 413;
    private static final int UNPROCESSABLE = 422;
    private static final int INTERNAL_ERROR = 500;

    private RendererFailures() {}

    /** Returns why an answer is neither one nor a refusal of what was asked; nothing if it is. */
    static Optional<String> trouble(Kind kind, String path, EngineReply reply) {
        return switch (reply.status()) {
            case OK, BAD_REQUEST, TOO_LARGE, UNPROCESSABLE -> Optional.empty();
            case 401 -> Optional.of("refuses the key of key-file: " + message(reply));
            case 403, 404 -> Optional.of("does not serve " + path + " for this model: " + message(reply));
            default ->
                // llama.cpp says so where a template raises an error; elsewhere it is the server's own.
                reply.status() == INTERNAL_ERROR && kind == Kind.LLAMA_CPP
                        ? Optional.empty()
                        : Optional.of("answers " + path + " with status " + reply.status() + ": " + message(reply));
        };
    }

    /**
     * Returns the refusal of a chat.
     *
     * @return a {@link ChatTemplateException} if the template refuses it, FIELD_INVALID if no template has seen it
     */
    static RuntimeException refused(String name, EngineReply reply) {
        return reply.status() == TOO_LARGE
                ? RequestException.invalidField("prompt.chat", "is larger than " + name + " takes: " + message(reply))
                : new ChatTemplateException(name + " says: " + message(reply));
    }

    /** Returns what an engine says of a refusal. */
    static String message(EngineReply reply) {
        JsonNode json = reply.json();
        JsonNode error = json.path("error");
        String shown = EngineReply.reason(error, json.path("detail").asText("no reason is given"));
        // Of a body that is none of theirs the line only counts the errors; the place of the first stands beside it.
        return shown.endsWith(":") && error.path("param").isTextual()
                ? shown + " " + error.path("param").asText()
                : shown;
    }
}
