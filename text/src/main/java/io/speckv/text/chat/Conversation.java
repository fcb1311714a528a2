package io.speckv.text.chat;

import io.speckv.text.ControlTokens;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A conversation for a {@link ChatLayout}.
 *
 * @param messages oldest first
 * @param variables as for {@link ChatTemplate#render}
 * @param spelledOut how to treat spellings of control tokens in messages and variables
 * @param answerPrefix beginning that the answer is given; follows the template's text, and its control tokens count as such
 * @param continuesLast whether the prompt ends with the text of the last message, which the answer continues
 */
public record Conversation(
        List<ChatMessage> messages,
        Map<String, ? extends @Nullable Object> variables,
        ControlTokens spelledOut,
        String answerPrefix,
        boolean continuesLast) {

    /** A conversation whose answer begins where the template ends. No text of a user becomes a control token. */
    public Conversation(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        this(messages, variables, ControlTokens.AS_TEXT, "", false);
    }
}
