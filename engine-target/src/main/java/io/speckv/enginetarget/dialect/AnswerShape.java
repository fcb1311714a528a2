package io.speckv.enginetarget.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What an answer is held to while it is generated. */
public sealed interface AnswerShape {
    /** JSON that a schema allows; any object is one that a schema allows too. */
    record Json(JsonNode schema) implements AnswerShape {}

    /** Text that a regular expression matches as a whole. */
    record Regex(String pattern) implements AnswerShape {}

    /** One of some texts. */
    record Choice(List<String> texts) implements AnswerShape {
        public Choice {
            texts = List.copyOf(texts);
        }

        /** Returns the regular expression that matches these texts alone. */
        String pattern() {
            return texts.stream()
                    .map(text -> text.replaceAll("([\\\\.\\[\\]{}()*+?^$|/-])", "\\\\$1"))
                    .reduce((a, b) -> a + "|" + b)
                    .map(all -> "(" + all + ")")
                    .orElseThrow();
        }

        /** Returns the grammar of these texts alone. */
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

    /** Text of a grammar in the engine's notation. */
    record Grammar(String text) implements AnswerShape {}
}
