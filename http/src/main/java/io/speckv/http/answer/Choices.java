package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.answers.AnswerPart;
import io.speckv.proto.v1.TokenDelta;
import java.util.List;
import java.util.Optional;

/** Lays out choices in the form of OpenAI's two older APIs. */
interface Choices {

    /** Returns the value of {@code object}. */
    String object(boolean chunk);

    /** Returns the choice that begins a stream and carries only the role; empty if the form has none. */
    Optional<ObjectNode> beginning(int index);

    /**
     * Returns the choices for streamed parts, in order.
     *
     * @param calls of the answer so far; the calls that begin among the parts are the last of them
     */
    List<ObjectNode> parts(int index, List<AnswerPart> parts, List<ToolCall> calls);

    /** Returns the choice that ends a stream, without its finish reason. */
    ObjectNode last(int index);

    /** Returns the choice of a whole answer. */
    ObjectNode whole(ReadChoice choice);

    /** Returns the log probabilities of {@code delta}. */
    ObjectNode logprobs(TokenDelta delta);

    /** Returns a choice without content. */
    static ObjectNode choice(int index) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("index", index)
                .putNull("logprobs")
                .putNull("finish_reason");
    }
}
