package io.speckv.http.answer;

import io.speckv.answers.AnswerPart;
import java.util.List;

/**
 * A call of a tool in an answer.
 *
 * @param id by which its result will be told
 * @param arguments the text of a JSON object; none while they come, and of a call that broke as far as they came
 * @param whole whether it is a valid call
 */
record ToolCall(String id, String tool, String arguments, boolean whole) {
    /**
     * Returns the place of the first call that began with {@code parts}, the newest of an answer, among all its calls. The one
     * before it may go on with them.
     */
    static int firstOf(List<AnswerPart> parts, List<ToolCall> calls) {
        long came =
                parts.stream().filter(AnswerPart.CallBegun.class::isInstance).count();
        return calls.size() - (int) came;
    }
}
