package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.CalledTool;
import java.util.ArrayList;
import java.util.List;

/**
 * OpenAI's deltas of a message as pieces of an answer. A call comes in many deltas, and is a piece once the next one begins or the
 * answer ends; one whose arguments are no object then, as when the answer was cut, is text. Thread-confined.
 */
final class DerenderedDeltas {
    private List<AnswerPiece> pieces = new ArrayList<>();
    /** What came while a call was open, to follow it. */
    private final List<AnswerPiece> behind = new ArrayList<>();

    private final StringBuilder name = new StringBuilder();
    private final StringBuilder arguments = new StringBuilder();
    private int open = -1;

    void take(JsonNode delta) {
        String thought = delta.path("reasoning").asText("");
        if (!thought.isEmpty()) {
            add(AnswerPiece.newBuilder().setReasoning(thought).build());
        }
        say(delta.path("content").isTextual() ? delta.path("content").textValue() : "");
        delta.path("tool_calls").forEach(this::call);
    }

    private void say(String text) {
        if (!text.isEmpty()) {
            add(AnswerPiece.newBuilder().setText(text).build());
        }
    }

    private void add(AnswerPiece piece) {
        (open >= 0 ? behind : pieces).add(piece);
    }

    private void call(JsonNode call) {
        int index = call.path("index").asInt();
        if (index != open) {
            end();
            open = index;
        }
        JsonNode function = call.path("function");
        name.append(function.path("name").isTextual() ? function.path("name").textValue() : "");
        arguments.append(
                function.path("arguments").isTextual()
                        ? function.path("arguments").textValue()
                        : "");
    }

    /** The call that is open is complete. */
    void end() {
        if (open >= 0) {
            open = -1;
            add(called());
            pieces.addAll(behind);
            behind.clear();
        }
        name.setLength(0);
        arguments.setLength(0);
    }

    private AnswerPiece called() {
        String text = arguments.isEmpty() ? "{}" : arguments.toString();
        AnswerPiece.Builder piece = AnswerPiece.newBuilder();
        return EngineReply.json(text).isObject()
                ? piece.setCall(CalledTool.newBuilder().setTool(name.toString()).setArgumentsJson(text))
                        .build()
                : piece.setText(name + text).build();
    }

    /** Returns the pieces since the last time. */
    List<AnswerPiece> pieces() {
        List<AnswerPiece> taken = pieces;
        pieces = new ArrayList<>();
        return taken;
    }
}
