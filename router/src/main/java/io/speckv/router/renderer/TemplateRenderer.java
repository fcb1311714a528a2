package io.speckv.router.renderer;

import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import io.speckv.text.chat.LaidOutChat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lays chats out by the template of the model's folder, in this process. */
record TemplateRenderer(ChatTemplate template) implements ChatRenderer {
    @Override
    public LaidOutChat layOut(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return template.layOut(messages, variables);
    }
}
