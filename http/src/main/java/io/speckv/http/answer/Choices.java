package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.answers.AnswerPart;
import io.speckv.proto.v1.TokenDelta;
import java.util.List;
import java.util.Optional;

/** How OpenAI's two older APIs lay out choices. */
interface Choices {

    /** Returns the value of {@code object}. */
    String object(boolean chunk);

    /** Returns the choice that begins a stream, where the form has one: it tells the role alone. */
    Optional<ObjectNode> beginning(int index);

    /**
     * Returns the choices of streamed parts, in order.
     *
     * @param calls that the answer has by now; those that begin among the parts are the last of them
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
