package io.speckv.text.chat;

import io.speckv.text.ControlTokens;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ChatLayout} lays out.
 *
 * @param messages oldest first
 * @param variables as for {@link ChatTemplate#render}
 * @param spelledOut what becomes of the spelling of control tokens in messages and variables
 * @param answerPrefix how the answer is made to begin: follows what the template wrote, with control tokens as such
 * @param continuesLast whether the prompt ends with the text of the last message, which the answer goes on with
 */
public record Conversation(
        List<ChatMessage> messages,
        Map<String, ? extends @Nullable Object> variables,
        ControlTokens spelledOut,
        String answerPrefix,
        boolean continuesLast) {

    /** A conversation whose answer begins where the template ends, in which nothing a user wrote is a control token. */
    public Conversation(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        this(messages, variables, ControlTokens.AS_TEXT, "", false);
    }
}
