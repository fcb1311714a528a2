package io.speckv.http.answer;

import io.speckv.answers.AnswerPart;
import java.util.List;

/**
 * A call of a tool in an answer.
 *
 * @param id by which its result will be told
 * @param arguments the text of a JSON object
 */
record ToolCall(String id, String tool, String arguments) {
    /** Returns the place of the first call that came with {@code parts}, the newest of an answer, among all its calls. */
    static int firstOf(List<AnswerPart> parts, List<ToolCall> calls) {
        long came = parts.stream().filter(AnswerPart.Call.class::isInstance).count();
        return calls.size() - (int) came;
    }
}
