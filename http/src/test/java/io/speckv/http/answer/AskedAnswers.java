package io.speckv.http.answer;

import io.speckv.http.json.JsonFields;
import io.speckv.http.request.Generation;
import io.speckv.http.request.GenerationReader;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import java.nio.charset.StandardCharsets;

/** Answers to chats, as far as they have come. */
final class AskedAnswers {
    /** Reasoning between tags, calls as Hermes writes them. */
    static final AnswerMarks MARKS = AnswerMarks.newBuilder()
            .setToolCallFormat("hermes")
            .setReasoningStart("<think>")
            .setReasoningEnd("</think>")
            .build();

    static final String CALL = "<tool_call>{\"name\": \"look\", \"arguments\": {\"at\": 1.50}}</tool_call>";

    private AskedAnswers() {}

    /** Returns a chat that offers the tools "look" and "write", with more fields in single quotes. */
    static Generation chat(String fields) {
        String request = "{'messages': [{'role': 'user', 'content': 'hi'}], 'tools': [" + tool("look") + ", "
                + tool("write") + "]" + (fields.isEmpty() ? "" : ", " + fields) + "}";
        return GenerationReader.chat(JsonFields.parse(request.replace('\'', '"').getBytes(StandardCharsets.UTF_8)));
    }

    private static String tool(String name) {
        return "{'type': 'function', 'function': {'name': '" + name + "', 'parameters': {'type': 'object'}}}";
    }

    /** Returns an answer that has begun. */
    static ReadChoice begun(String fields, AnswerMarks marks) {
        ReadChoice choice = new ReadChoice(0, chat(fields));
        var unused = choice.start(GenerateStarted.newBuilder()
                .setRequestId("r-1")
                .setModel("tiny")
                .setAnswerMarks(marks)
                .build());
        return choice;
    }

    static TokenDelta delta(String text) {
        return TokenDelta.newBuilder().addTokenIds(7).setText(text).build();
    }

    /** Returns a whole answer, whose text came at once. */
    static ReadChoice said(String fields, String text, FinishReason reason) {
        ReadChoice choice = begun(fields, MARKS);
        var unused = choice.grow(delta(text));
        unused = choice.finish(
                GenerateFinished.newBuilder().setFinishReason(reason).build());
        return choice;
    }

    static ReadChoice said(String text) {
        return said("", text, FinishReason.FINISH_REASON_END_OF_TEXT);
    }
}
