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
    public Encoding encodeChat(List<ChatMessage> messages, Map<String, ?> variables) {
        return encodeChat(messages, variables, ControlTokens.AS_TEXT);
    }

    /**
     * Returns the prompt of a conversation.
     *
     * @param variables as for {@link ChatTemplate#render}
     * @param spelledOut what becomes of the spelling of control tokens in messages and variables
     * @throws ChatTemplateException if the template refuses the conversation or cannot be rendered
     */
    public Encoding encodeChat(List<ChatMessage> messages, Map<String, ?> variables, ControlTokens spelledOut) {
        if (spelledOut == ControlTokens.AS_CONTROL) {
            return tokenizer.encode(template.render(messages, variables), SpecialTokens.EXCLUDED);
        }
        Markers markers = Markers.absentFrom(messages, variables, tokenizer.controls());
        List<ChatMessage> marked = messages.stream()
                .map(message -> new ChatMessage(markers.mark(message.role()), markers.mark(message.content())))
                .toList();
        Map<String, @Nullable Object> markedVariables = new LinkedHashMap<>();
        variables.forEach((name, value) -> markedVariables.put(name, markers.markAll(value)));
        return tokenizer.encodeBetweenControls(markers.split(template.render(marked, markedVariables)));
    }
}
