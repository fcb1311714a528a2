package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The messages as a client sent them. In the chat made from them one may have another index, become several, or vanish. */
record SentMessages(JsonFields request, AnswerForm form) {
    private static final int LISTED_MOST = 1024;

    /**
     * Returns the indices in the chat of the messages that {@code list} names by their indices in the request.
     *
     * @param list a field of {@code fields}
     */
    Set<Integer> inChat(JsonFields fields, String list) {
        List<JsonNode> listed = fields.array(list);
        if (listed.size() > LISTED_MOST) {
            throw fields.invalid(list, "has " + listed.size() + " places, must have at most " + LISTED_MOST);
        }
        List<Integer> sent = new ArrayList<>();
        for (int i = 0; i < listed.size(); i++) {
            sent.add(ProtectReader.place(fields, list + "[" + i + "]", listed.get(i)));
        }
        Optional<NamedTurns> turns = sent.isEmpty() ? Optional.empty() : SentNames.turns(request, form);
        return turns.map(named -> inChat(fields, list, sent, named.places()))
                .orElseGet(() -> new LinkedHashSet<>(sent));
    }

    private Set<Integer> inChat(
            JsonFields fields, String list, List<Integer> sent, Map<String, List<Integer>> placesOfFields) {
        String messages = form.promptField();
        Optional<JsonNode> several = request.get(messages).filter(JsonNode::isArray);
        int count = several.map(JsonNode::size).orElse(1);
        Set<Integer> places = new LinkedHashSet<>();
        for (int i = 0; i < sent.size(); i++) {
            int place = sent.get(i);
            if (place >= count) {
                throw fields.invalid(
                        list + "[" + i + "]", "is " + place + ", must be below the " + count + " that were sent");
            }
            String field = several.isPresent() ? messages + "[" + place + "]" : messages;
            places.addAll(placesOfFields.getOrDefault(field, List.of()));
        }
        return places;
    }
}
