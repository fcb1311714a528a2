package io.speckv.http.request;

import io.speckv.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns of a chat, each with the fields of the request that it is from: their places differ where one message becomes several turns,
 * or several items become one.
 */
final class NamedTurns {
    private final List<ChatMessage> turns = new ArrayList<>();
    private final List<List<String>> fields = new ArrayList<>();

    /** @param from at least one field as the client wrote it, such as {@code input[3]}; the turn is named by the first */
    void add(ChatMessage turn, List<String> from) {
        turns.add(turn);
        fields.add(List.copyOf(from));
    }

    void add(ChatMessage turn, String field) {
        add(turn, List.of(field));
    }

    List<ChatMessage> turns() {
        return turns;
    }

    /** Returns the places of the turns that are from each field. */
    Map<String, List<Integer>> places() {
        Map<String, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            for (String field : fields.get(i)) {
                places.computeIfAbsent(field, first -> new ArrayList<>()).add(i);
            }
        }
        return places;
    }

    /** Returns the fields by the paths that the turns have on the wire. */
    Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            names.put("prompt.chat.messages[" + i + "]", fields.get(i).get(0));
        }
        return names;
    }
}
