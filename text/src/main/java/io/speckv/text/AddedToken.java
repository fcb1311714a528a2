package io.speckv.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A token that is found in the text before the model splits the text, such as a control token.
 *
 * @param special whether it is a control token: left out of answers, and never read from a user's text
 * @param normalized whether it is searched in the normalised text
 * @param lstrip whether it takes in the white space before it
 * @param rstrip whether it takes in the white space after it
 * @param singleWord whether it is found only where no letter, digit or underscore touches it
 */
record AddedToken(
        int id,
        String content,
        boolean special,
        boolean normalized,
        boolean lstrip,
        boolean rstrip,
        boolean singleWord) {

    /** Returns the token in a tokenizer file, where flags that are false may be absent. */
    static AddedToken of(JsonNode token, int id) {
        boolean special = token.path("special").asBoolean();
        return new AddedToken(
                id,
                token.path("content").asText(),
                special,
                token.path("normalized").asBoolean(!special),
                token.path("lstrip").asBoolean(),
                token.path("rstrip").asBoolean(),
                token.path("single_word").asBoolean());
    }

    /** Returns the control token that a configuration names only by its spelling. */
    static AddedToken control(String content, int id) {
        return new AddedToken(id, content, true, false, false, false, false);
    }

    AddedToken withId(int newId) {
        return new AddedToken(newId, content, special, normalized, lstrip, rstrip, singleWord);
    }

    void write(ObjectNode node) {
        node.put("id", id)
                .put("content", content)
                .put("single_word", singleWord)
                .put("lstrip", lstrip)
                .put("rstrip", rstrip)
                .put("normalized", normalized)
                .put("special", special);
    }
}
