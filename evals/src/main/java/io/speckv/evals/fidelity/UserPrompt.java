package io.speckv.evals.fidelity;

import io.speckv.text.ChatMessage;
import java.util.List;

/** One prompt that a user brings. */
public sealed interface UserPrompt {
    /** Returns where it is from: a file's name, with the line where a file holds several. */
    String name();

    /**
     * A text.
     *
     * @param chat whether it is a user's only message to a target that has a chat template
     */
    record Text(String name, String text, boolean chat) implements UserPrompt {}

    /**
     * A conversation that the target goes on with.
     *
     * @param messages at least one
     */
    record Chat(String name, List<ChatMessage> messages) implements UserPrompt {
        public Chat {
            messages = List.copyOf(messages);
        }
    }
}
