package io.speckv.http.request;

import io.speckv.proto.v1.ChatMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns of a chat, each with the request fields that it was made from. A message may become several turns, and several items
 * may become one, so the positions of turns and fields differ.
 */
final class NamedTurns {
    private final List<ChatMessage> turns = new ArrayList<>();
    private final List<List<String>> fields = new ArrayList<>();

    /** @param from at least one field by the client's name, such as {@code input[3]}; errors name the turn by the first */
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

    /** Returns for each field the indices of the turns that were made from it. */
    Map<String, List<Integer>> places() {
        Map<String, List<Integer>> places = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            for (String field : fields.get(i)) {
                places.computeIfAbsent(field, first -> new ArrayList<>()).add(i);
            }
        }
        return places;
    }

    /** Returns the client's field names by the turns' paths on the wire. */
    Map<String, String> names() {
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < fields.size(); i++) {
            names.put("prompt.chat.messages[" + i + "]", fields.get(i).get(0));
        }
        return names;
    }
}
