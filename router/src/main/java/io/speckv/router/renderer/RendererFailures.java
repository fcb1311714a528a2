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

    /** Returns why the reply neither answers nor refuses the question; empty if it does one of the two. */
    static Optional<String> trouble(Kind kind, String path, EngineReply reply) {
        return switch (reply.status()) {
            case OK, BAD_REQUEST, TOO_LARGE, UNPROCESSABLE -> Optional.empty();
            case 401 -> Optional.of("refuses the key of key-file: " + message(reply));
            case 403, 404 -> Optional.of("does not serve " + path + " for this model: " + message(reply));
            default ->
                // llama.cpp uses this status when a template raises an error; with vLLM it is a failure of the server.
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

    /** Returns the engine's message about a refusal. */
    static String message(EngineReply reply) {
        JsonNode json = reply.json();
        JsonNode error = json.path("error");
        String shown = EngineReply.reason(error, json.path("detail").asText("no reason is given"));
        // For a body of the wrong form the message only counts the errors; param names the place of the first one.
        return shown.endsWith(":") && error.path("param").isTextual()
                ? shown + " " + error.path("param").asText()
                : shown;
    }
}
