package io.speckv.evals;

import io.speckv.text.ControlTokens;
import io.speckv.text.EncodingLimit;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatEncoder;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import io.speckv.text.chat.Conversation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Turns prompts into the target's tokens; chats are laid out by its template. Thread-safe. */
public final class PromptTokenizer implements AutoCloseable {
    private final Tokenizer tokenizer;
    private final Optional<ChatTemplate> template;

    private PromptTokenizer(Tokenizer tokenizer, Optional<ChatTemplate> template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** Returns a tokenizer for a target without a chat template. The caller still closes {@code tokenizer}. */
    public static PromptTokenizer plain(Tokenizer tokenizer) {
        return new PromptTokenizer(tokenizer, Optional.empty());
    }

    /** Returns a tokenizer with the template in {@code folder}, if there is one. The caller still closes {@code tokenizer}. */
    public static PromptTokenizer of(Tokenizer tokenizer, Path folder) throws IOException {
        return new PromptTokenizer(
                tokenizer, ChatTemplate.isIn(folder) ? Optional.of(ChatTemplate.open(folder)) : Optional.empty());
    }

    /** Returns the target's tokenizer. */
    public Tokenizer tokenizer() {
        return tokenizer;
    }

    /** Returns whether chats are laid out. Without a template they are read as plain text. */
    public boolean hasChatTemplate() {
        return template.isPresent();
    }

    /** Returns what tells the chat template from others: a checksum of the tokens of a short message. */
    public String templateFingerprint() {
        return Integer.toHexString(Arrays.hashCode(of(new EvalPrompt.Text("probe", "probe", true))));
    }

    /**
     * Returns how many tokens the target reads besides those of a text.
     *
     * @param chat whether the text is a user's only message
     */
    public int tokensAround(boolean chat) {
        String text = "probe";
        return of(new EvalPrompt.Text(text, text, chat)).length
                - tokenizer.encode(text, SpecialTokens.EXCLUDED).ids().length;
    }

    /**
     * Returns the tokens that the target reads: a text with its special tokens, a user's only message, or a conversation.
     *
     * @throws IllegalStateException if the prompt is a conversation and the target has no chat template
     * @throws io.speckv.text.ChatTemplateException if its template refuses the conversation
     */
    public int[] of(EvalPrompt prompt) {
        if (prompt instanceof EvalPrompt.Chat chat) {
            return ofChat(chat.messages(), chat.continuesLast());
        }
        EvalPrompt.Text text = (EvalPrompt.Text) prompt;
        return text.chat() && template.isPresent()
                ? ofChat(List.of(new ChatMessage("user", text.text())), false)
                : tokenizer.encode(text.text(), SpecialTokens.INCLUDED).ids();
    }

    private int[] ofChat(List<ChatMessage> messages, boolean continuesLast) {
        ChatTemplate layout = template.orElseThrow(() -> new IllegalStateException("the target has no chat template"));
        Conversation conversation = new Conversation(
                messages, Map.of("add_generation_prompt", !continuesLast), ControlTokens.AS_TEXT, "", continuesLast);
        return new ChatEncoder(tokenizer, layout)
                .encode(conversation, EncodingLimit.NONE)
                .ids();
    }

    @Override
    public void close() {
        // The caller closes the tokenizer, and a template has nothing to close.
    }
}
