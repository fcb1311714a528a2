package io.speckv.http.request;

import io.speckv.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Turns of a chat, each with the field of the request that it is from: their places differ where one becomes several. */
final class NamedTurns {
    private final List<ChatMessage> turns = new ArrayList<>();
    private final List<String> fields = new ArrayList<>();

    /** @param field as the client wrote it, such as {@code input[3]} */
    void add(ChatMessage turn, String field) {
        turns.add(turn);
        fields.add(field);
    }

    /** Returns the places of the turns that are from a field. */
    List<Integer> places(String field) {
        return IntStream.range(0, fields.size())
                .filter(place -> fields.get(place).equals(field))
                .boxed()
                .toList();
    }

    List<ChatMessage> turns() {
        return turns;
    }

    /** Returns the fields by the paths that the turns have on the wire. */
    Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            names.put("prompt.chat.messages[" + i + "]", fields.get(i));
        }
        return names;
    }
}
