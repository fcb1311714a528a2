package io.speckv.http.answer;

import io.speckv.answers.AnswerPart;
import java.util.List;

/**
 * A call of a tool in an answer.
 *
 * @param id by which the client names the call when it sends the result
 * @param arguments the text of a JSON object; empty while it is coming, and incomplete if the call broke
 * @param whole whether the call is valid
 */
record ToolCall(String id, String tool, String arguments, boolean whole) {
    /**
     * Returns the index, among all calls of an answer, of the first call that began with {@code parts}, its newest parts. They
     * may also continue the call before it.
     */
    static int firstOf(List<AnswerPart> parts, List<ToolCall> calls) {
        long came =
                parts.stream().filter(AnswerPart.CallBegun.class::isInstance).count();
        return calls.size() - (int) came;
    }
}
