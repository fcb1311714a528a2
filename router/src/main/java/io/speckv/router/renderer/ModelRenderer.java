package io.speckv.router.renderer;

import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lays out the chats of one model, and reads its answers where the router does not read them itself. If an engine does both,
 * one HTTP client asks it.
 *
 * @param chats empty if the model takes no chats
 * @param answers empty if the router reads them
 */
public record ModelRenderer(Optional<ChatRenderer> chats, Optional<AnswerDerenderer> answers) {
    /**
     * Returns the renderer that settings name; no engine is asked before the first chat.
     *
     * @param tokenizer of the model
     * @param template of the model's folder, or null where it has none that can be read
     */
    public static ModelRenderer of(RendererSettings settings, Tokenizer tokenizer, @Nullable ChatTemplate template) {
        return switch (settings.kind()) {
            case NONE -> new ModelRenderer(Optional.ofNullable(template).map(TemplateRenderer::new), Optional.empty());
            case VLLM -> {
                RendererCalls calls = RendererCalls.to(settings);
                yield new ModelRenderer(
                        Optional.of(new VllmRenderer(calls, tokenizer)),
                        settings.readsAnswers() ? Optional.of(new AnswerDerenderer(calls)) : Optional.empty());
            }
            case LLAMA_CPP ->
                new ModelRenderer(
                        Optional.of(new LlamaCppRenderer(RendererCalls.to(settings), tokenizer)), Optional.empty());
        };
    }
}
