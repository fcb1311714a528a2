package io.speckv.evals;

import io.speckv.text.ChatEncoder;
import io.speckv.text.ChatMessage;
import io.speckv.text.ChatTemplate;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prompts in the target's tokens, chats laid out by its template. Thread-safe. */
public final class PromptTokenizer implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;

    private PromptTokenizer(Tokenizer tokenizer, Optional<ChatTemplate> template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** Returns prompts of a target without a chat template. The tokenizer stays the caller's. */
    public static PromptTokenizer plain(Tokenizer tokenizer) {
        return new PromptTokenizer(tokenizer, Optional.empty());
    }

    /** Returns prompts of a target with the template in {@code folder}, if there is one. The tokenizer stays the caller's. */
    public static PromptTokenizer of(Tokenizer tokenizer, Path folder) throws IOException {
        return new PromptTokenizer(
                tokenizer, ChatTemplate.isIn(folder) ? Optional.of(ChatTemplate.open(folder)) : Optional.empty());
    }

    /** Returns the target's tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Returns whether chats are laid out; without a template they are read as plain text. */
    public boolean hasChatTemplate() {
        return template.isPresent();
    }

    /** Returns what the target reads: {@code prompt} with the special tokens of a text, or as a user's only message. */
    public int[] of(String prompt, boolean asChat) {
        if (asChat && template.isPresent()) {
            return ofChat(List.of(new ChatMessage("user", prompt)));
        }
        return tokenizer.encode(prompt, SpecialTokens.INCLUDED).ids();
    }

    /**
     * Returns what the target reads of a conversation, its own turn opened.
     *
     * @throws IllegalStateException if the target has no chat template
     * @throws io.speckv.text.ChatTemplateException if its template refuses the conversation
     */
    public int[] ofChat(List<ChatMessage> messages) {
        ChatTemplate layout = template.orElseThrow(() -> new IllegalStateException("the target has no chat template"));
        return new ChatEncoder(tokenizer, layout)
                .encodeChat(messages, Map.of("add_generation_prompt", true))
                .ids();
    }

    @Override
    public void close() {
        // The tokenizer is the caller's, and a template holds nothing that needs closing.
    }
}
