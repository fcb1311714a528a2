package io.speckv.text.chat;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A message as a template gets it.
 *
 * @param number of the message in the conversation that this is, or is a part of
 */
public record TemplateTurn(int number, ChatMessage message) {
    /** Returns each message as one turn. */
    public static List<TemplateTurn> of(List<ChatMessage> messages) {
        return IntStream.range(0, messages.size())
                .mapToObj(number -> new TemplateTurn(number, messages.get(number)))
                .toList();
    }
}
