package io.speckv.text;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns conversations into prompts: renders the chat template and encodes what it gives. Thread-safe. */
public final class ChatEncoder {
    private final Tokenizer tokenizer;
    private final ChatTemplate template;

    public ChatEncoder(Tokenizer tokenizer, ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** Returns the prompt of a conversation, in which nothing a user wrote becomes a control token. */
    public Encoding encodeChat(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return encodeChat(messages, variables, ControlTokens.AS_TEXT);
    }

    /**
     * Returns the prompt of a conversation.
     *
     * @param variables as for {@link ChatTemplate#render}
     * @param spelledOut what becomes of the spelling of control tokens in messages and variables
     * @throws ChatTemplateException if the template refuses the conversation or cannot be rendered
     */
    public Encoding encodeChat(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables, ControlTokens spelledOut) {
        return encodeChat(messages, variables, spelledOut, EncodingLimit.NONE);
    }

    /**
     * Returns the prompt of a conversation as long as it stays within a limit.
     *
     * @throws TooManyTokensException if there are more tokens than the limit
     * @throws java.util.concurrent.CancellationException if the caller gave up
     */
    public Encoding encodeChat(
            List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables, ControlTokens spelledOut, EncodingLimit limit) {
        if (spelledOut == ControlTokens.AS_CONTROL) {
            return tokenizer.encode(
                    template.render(messages, variables), SpecialTokens.EXCLUDED, ControlTokens.AS_CONTROL, limit);
        }
        Markers markers = Markers.absentFrom(messages, variables, tokenizer.controls());
        List<ChatMessage> marked = messages.stream()
                .map(message -> new ChatMessage(
                        markers.mark(message.role()),
                        message.content() == null ? null : markers.mark(message.content()),
                        marked(message.attributes(), markers)))
                .toList();
        Markers.Unmarked prompt = markers.unmark(template.render(marked, marked(variables, markers)));
        return tokenizer.encodeRendered(prompt.text(), prompt.userSpellings()::get, limit);
    }

    private static Map<String, @Nullable Object> marked(
            Map<String, ? extends @Nullable Object> values, Markers markers) {
        Map<String, @Nullable Object> marked = new LinkedHashMap<>();
        values.forEach((name, value) -> marked.put(name, markers.markAll(value)));
        return marked;
    }
}
