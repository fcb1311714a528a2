package io.speckv.router.renderer;

import io.speckv.text.chat.ChatLayout;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import io.speckv.text.chat.TemplateTurn;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One chat in hand, which may be laid out several times until it is closed. Thread-confined. */
public final class OpenChat implements ChatLayout, AutoCloseable {
    private final ChatLayout layout;
    private final Runnable whenClosed;

    /** @param whenClosed gives back what the chat holds */
    OpenChat(ChatLayout layout, Runnable whenClosed) {
        this.layout = layout;
        this.whenClosed = whenClosed;
    }

    @Override
    public LaidOutChat layOut(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return layout.layOut(messages, variables);
    }

    @Override
    public List<TemplateTurn> whole(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return layout.whole(messages, variables);
    }

    /** Gives back what it holds; again, nothing. */
    @Override
    public void close() {
        whenClosed.run();
    }
}
