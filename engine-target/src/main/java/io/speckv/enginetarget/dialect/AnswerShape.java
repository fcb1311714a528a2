package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The form that an answer is held to while it is generated. */
public sealed interface AnswerShape {
    /** JSON that matches a schema. Any object is written as a schema, too. */
    record Json(JsonNode schema) implements AnswerShape {}

    /** Text that a regular expression matches as a whole. */
    record Regex(String pattern) implements AnswerShape {}

    /** One of several texts. */
    record Choice(List<String> texts) implements AnswerShape {
        public Choice {
            texts = List.copyOf(texts);
        }

        /** Returns the regular expression that matches exactly these texts. */
        String pattern() {
            return texts.stream()
                    .map(text -> text.replaceAll("([\\\\.\\[\\]{}()*+?^$|/-])", "\\\\$1"))
                    .reduce((a, b) -> a + "|" + b)
                    .map(all -> "(" + all + ")")
                    .orElseThrow();
        }

        /** Returns the grammar that generates exactly these texts. */
        String grammar() {
            return texts.stream()
                    .map(text -> '"'
                            + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n")
                            + '"')
                    .reduce((a, b) -> a + " | " + b)
                    .map(all -> "root ::= " + all)
                    .orElseThrow();
        }
    }

    /** Text that a grammar generates, in the engine's notation. */
    record Grammar(String text) implements AnswerShape {}
}
