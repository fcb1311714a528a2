package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.CalledTool;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns the deltas of an OpenAI message into pieces of an answer. A call comes in many deltas and becomes a piece when the next
 * call begins or the answer ends. If its arguments are no complete object by then, because the answer was cut, the call becomes
 * text. Thread-confined.
 */
final class DerenderedDeltas {
    private List<AnswerPiece> pieces = new ArrayList<>();
    /** Pieces that came while a call was open; they follow the call. */
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

    /** Completes the open call, if there is one. */
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

    /** Returns the pieces since the last call of this method. */
    List<AnswerPiece> pieces() {
        List<AnswerPiece> taken = pieces;
        pieces = new ArrayList<>();
        return taken;
    }
}
