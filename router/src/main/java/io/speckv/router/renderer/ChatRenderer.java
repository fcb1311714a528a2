package io.speckv.router.renderer;

/**
 * Lays the chats of one model out. Those of engines are asked over HTTP, and wait for the answer on the request's own thread: no
 * longer than their time limit, and no longer than the caller waits. Thread-safe.
 */
public sealed interface ChatRenderer permits TemplateRenderer, VllmRenderer, LlamaCppRenderer {

    /**
     * Takes a chat in hand, for as many questions as it needs.
     *
     * @param waiting how the chat waits for an engine
     */
    OpenChat open(RendererWait waiting);

    /** Returns why every chat without tools is refused, as far as that is known before one is asked; empty where none is. */
    default String noChatsReason() {
        return "";
    }
}
