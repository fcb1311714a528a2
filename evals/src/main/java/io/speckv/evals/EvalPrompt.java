package io.speckv.evals;

import io.speckv.text.chat.ChatMessage;
import java.util.List;
import java.util.TreeMap;

/** One prompt of an evaluation. */
public sealed interface EvalPrompt {
    /** Returns the source of the prompt: a file's name, with the line if the file holds several, or a task and a number. */
    String name();

    /** Returns everything that the model reads, as one text. Prompts with different texts are different prompts. */
    String wholeText();

    /**
     * A prompt as text.
     *
     * @param chat whether it is a user's only message to a target that has a chat template
     */
    record Text(String name, String text, boolean chat) implements EvalPrompt {
        @Override
        public String wholeText() {
            return text;
        }
    }

    /**
     * A prompt as a conversation, which the target continues.
     *
     * @param messages at least one
     * @param continuesLast whether the answer continues the last message's text instead of beginning a turn of its own
     */
    record Chat(String name, List<ChatMessage> messages, boolean continuesLast) implements EvalPrompt {
        public Chat {
            messages = List.copyOf(messages);
        }

        @Override
        public String wholeText() {
            StringBuilder text = new StringBuilder();
            for (ChatMessage message : messages) {
                text.append(message.role())
                        .append('\n')
                        .append(message.content())
                        .append('\n');
                text.append(new TreeMap<>(message.attributes())).append('\n');
            }
            return text.append(continuesLast ? "goes on" : "").toString();
        }
    }
}
