package io.speckv.evals.ruler;

import io.speckv.text.chat.ChatMessage;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One chat of {@link ChatNeedles}.
 *
 * @param index place among the chats of its task and length
 * @param length intended tokens of prompt and answer together
 * @param seed seed that all chats of the run were drawn from
 * @param messages oldest first
 * @param continuesLast whether the answer continues the last message's text
 * @param maxNewTokens tokens to generate at most
 * @param score of an answer, 0 to 1, whatever its form
 * @param obedience 1 for an answer in the form that the system message asks for, else 0; null if it asks for none
 */
public record ChatSample(
        ChatTask task,
        int index,
        int length,
        long seed,
        List<ChatMessage> messages,
        boolean continuesLast,
        int maxNewTokens,
        ToDoubleFunction<String> score,
        @Nullable ToDoubleFunction<String> obedience) {
    public ChatSample {
        messages = List.copyOf(messages);
    }
}
