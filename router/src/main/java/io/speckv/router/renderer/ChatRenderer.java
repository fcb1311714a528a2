package io.speckv.router.renderer;

/**
 * Lays out the chats of one model. An engine's renderer is asked over HTTP, and the request's own thread waits for its answer,
 * at most until the time limit or until the caller has gone. Thread-safe.
 */
public sealed interface ChatRenderer permits TemplateRenderer, VllmRenderer, LlamaCppRenderer {

    /**
     * Begins to lay out a chat, which may ask as many questions as it needs.
     *
     * @param waiting how the chat waits for an engine
     */
    OpenChat open(RendererWait waiting);

    /** Returns why every chat without tools is refused, as far as the router knows before it asks; empty if none is. */
    default String noChatsReason() {
        return "";
    }
}
