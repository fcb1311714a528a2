package io.speckv.router.renderer;

import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lays the chats of one model out. Those of engines are asked over HTTP, and wait for the answer on the request's own thread: no
 * longer than their time limit, and no longer than the caller waits. Thread-safe.
 */
public sealed interface ChatRenderer permits TemplateRenderer, VllmRenderer, LlamaCppRenderer {

    /**
     * Takes a chat in hand, for as many questions as it needs.
     *
     * @param waiting how the chat waits for an engine
     * @throws io.speckv.kit.failure.RequestException with QUEUE_FULL if there are as many in hand as there may be
     */
    OpenChat open(RendererWait waiting);

    /**
     * Returns the renderer that settings name; nothing where there is none, so that the model takes no chats.
     *
     * @param tokenizer of the model
     * @param template of the model's folder, or null where it has none that can be read
     */
    static Optional<ChatRenderer> of(RendererSettings settings, Tokenizer tokenizer, @Nullable ChatTemplate template) {
        return switch (settings.kind()) {
            case NONE -> Optional.ofNullable(template).map(TemplateRenderer::new);
            case VLLM -> Optional.of(new VllmRenderer(RendererCalls.to(settings), tokenizer));
            case LLAMA_CPP -> Optional.of(new LlamaCppRenderer(RendererCalls.to(settings), tokenizer));
        };
    }
}
