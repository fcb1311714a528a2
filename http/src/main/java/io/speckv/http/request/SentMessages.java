package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.http.json.JsonFields;
import java.util.List;
import java.util.Optional;

/** The messages as a client sent them. In the chat that is made of them they may have other places, more than one, or none. */
record SentMessages(JsonFields request, AnswerForm form) {
    /**
     * Returns the places in the chat of the message at a place among those that were sent.
     *
     * @param protect the object that names it
     * @param field of that object
     */
    List<Integer> inChat(JsonFields protect, String field, int place) {
        Optional<NamedTurns> turns = SentNames.turns(request, form);
        if (turns.isEmpty()) {
            return List.of(place);
        }
        String messages = form.promptField();
        Optional<JsonNode> several = request.get(messages).filter(JsonNode::isArray);
        int count = several.map(JsonNode::size).orElse(1);
        if (place >= count) {
            throw protect.invalid(field, "is " + place + ", must be below the " + count + " that were sent");
        }
        return turns.get().places(several.isPresent() ? messages + "[" + place + "]" : messages);
    }
}
