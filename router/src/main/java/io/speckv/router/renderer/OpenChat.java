package io.speckv.router.renderer;

import io.speckv.text.chat.ChatLayout;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import io.speckv.text.chat.TemplateTurn;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One chat that may be laid out several times until it is closed. Thread-confined. */
public final class OpenChat implements ChatLayout, AutoCloseable {
    private final ChatLayout layout;
    private final Runnable whenClosed;
    private @Nullable Settled settled;

    /** A conversation's turns. Finding them takes several renderings of the template, so they are kept. */
    private record Settled(
            List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables, List<TemplateTurn> turns) {
        boolean isOf(List<ChatMessage> others, Map<String, ? extends @Nullable Object> otherVariables) {
            return messages.equals(others) && variables.equals(otherVariables);
        }
    }

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
        Settled known = settled;
        if (known == null || !known.isOf(messages, variables)) {
            known = new Settled(messages, variables, layout.whole(messages, variables));
            settled = known;
        }
        return known.turns;
    }

    /** Gives back what the chat holds. Closing it again does nothing. */
    @Override
    public void close() {
        whenClosed.run();
    }
}
