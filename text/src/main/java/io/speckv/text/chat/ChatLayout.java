package io.speckv.text.chat;

import io.speckv.text.ChatTemplateException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays conversations out as a model was trained to read them: by its chat template, or by a renderer elsewhere. */
public interface ChatLayout {
    /**
     * Returns the prompt of a conversation.
     *
     * @param messages oldest first
     * @param variables as for {@link ChatTemplate#render}
     * @throws ChatTemplateException if the conversation is refused
     */
    LaidOutChat layOut(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables);

    /**
     * Returns a conversation's messages in a form of which {@link #layOut} leaves no part out; unchanged if the layout cannot
     * tell what it leaves out.
     *
     * @throws ChatTemplateException naming the first message of which a part would be missing
     */
    default List<TemplateTurn> whole(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return TemplateTurn.of(messages);
    }
}
