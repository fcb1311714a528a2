package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.speckv.answers.AnswerPart;
import io.speckv.http.connection.Exchange;
import io.speckv.http.request.Generation;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.TokenUsage;
import io.vertx.core.Future;
import java.util.List;

/** Writes answers of Anthropic's API: one message of blocks. A stream opens and closes the blocks one after the other. */
final class MessageWriter implements AnswerWriter {
    private enum Kind {
        NONE,
        THINKING,
        TEXT,
        TOOL
    }

    private final Exchange exchange;
    private final Generation generation;
    private final AnswerTimes times;
    private Kind open = Kind.NONE;
    private int block;

    MessageWriter(Exchange exchange, Generation generation, AnswerTimes times) {
        this.exchange = exchange;
        this.generation = generation;
        this.times = times;
    }

    @Override
    public Future<Void> begin(ReadChoice choice) {
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(times.keepAlive());
        ObjectNode message = envelope(choice).putNull("stop_reason").putNull("stop_sequence");
        message.putArray("content");
        message.putObject("usage")
                .put("input_tokens", choice.started().getPromptTokenCount())
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", 0)
                .put("output_tokens", 0);
        return exchange.event("message_start", event("message_start").set("message", message));
    }

    @Override
    public Future<Void> parts(ReadChoice choice, List<AnswerPart> parts) {
        Future<Void> sent = Future.succeededFuture();
        if (!generation.stream()) {
            return sent;
        }
        List<ToolCall> calls = choice.calls();
        int call = ToolCall.firstOf(parts, calls);
        for (AnswerPart part : parts) {
            if (part instanceof AnswerPart.Text text) {
                open(Kind.TEXT);
                sent = delta("text_delta", "text", text.text());
            } else if (part instanceof AnswerPart.Reasoning thought) {
                open(Kind.THINKING);
                sent = delta("thinking_delta", "thinking", thought.text());
            } else if (part instanceof AnswerPart.CallBegun) {
                sent = begun(calls.get(call++));
            } else if (part instanceof AnswerPart.Arguments more) {
                sent = delta("input_json_delta", "partial_json", more.text());
            } else {
                sent = close();
            }
        }
        return sent;
    }

    private void open(Kind kind) {
        if (open == kind) {
            return;
        }
        var unused = start(kind, kind == Kind.TEXT ? text("") : thinking(""));
    }

    private Future<Void> begun(ToolCall call) {
        return start(Kind.TOOL, toolUse(call, "{}"));
    }

    private Future<Void> start(Kind kind, ObjectNode content) {
        var unused = close();
        open = kind;
        ObjectNode event = event("content_block_start").put("index", block);
        event.set("content_block", content);
        return exchange.event("content_block_start", event);
    }

    /** Closes the open block, if there is one. */
    private Future<Void> close() {
        if (open == Kind.NONE) {
            return Future.succeededFuture();
        }
        if (open == Kind.THINKING) {
            // Clients keep the signature and send it back with the reasoning.
            var unused = delta("signature_delta", "signature", "");
        }
        ObjectNode stop = event("content_block_stop").put("index", block);
        open = Kind.NONE;
        block++;
        return exchange.event("content_block_stop", stop);
    }

    private Future<Void> delta(String type, String field, String text) {
        ObjectNode event = event("content_block_delta").put("index", block);
        event.putObject("delta").put("type", type).put(field, text);
        return exchange.event("content_block_delta", event);
    }

    /** Sends an event without waiting for the connection, since another event follows at once and waits. */
    private void send(String name, ObjectNode event) {
        var unused = exchange.event(name, event);
    }

    @Override
    public Future<Void> finish(ReadChoice choice) {
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(times.keepAlive());
        var unused = close();
        ObjectNode event = event("message_delta");
        putReason(event.putObject("delta"), choice);
        event.set("usage", usage(choice));
        event.set("speckv", Reports.generation(choice, generation.tools()));
        send("message_delta", event);
        return exchange.event("message_stop", event("message_stop"));
    }

    @Override
    public void end(List<ReadChoice> choices) {
        if (generation.stream()) {
            exchange.endEvents("");
            return;
        }
        ReadChoice choice = choices.get(0);
        ObjectNode message = envelope(choice);
        ObjectNode usage = usage(choice);
        if (generation.onlyReads()) {
            message.putArray("content");
            message.put("stop_reason", "max_tokens").putNull("stop_sequence");
            usage.put("output_tokens", 0);
        } else {
            message.set("content", content(choice));
            putReason(message, choice);
        }
        message.set("usage", usage);
        message.set("speckv", Reports.generation(choice, generation.tools()));
        exchange.json(200, message);
    }

    private static ArrayNode content(ReadChoice choice) {
        ArrayNode content = JsonNodeFactory.instance.arrayNode();
        int call = 0;
        for (AnswerPart part : JoinedParts.of(choice.parts())) {
            if (part instanceof AnswerPart.Text text) {
                content.add(text(text.text()));
            } else if (part instanceof AnswerPart.Reasoning thought) {
                content.add(thinking(thought.text()));
            } else {
                ToolCall called = choice.calls().get(call++);
                content.add(toolUse(called, input(called)));
            }
        }
        return content;
    }

    private ObjectNode envelope(ReadChoice choice) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", generation.form().id(exchange))
                .put("type", "message")
                .put("role", "assistant")
                .put("model", choice.started().getModel());
    }

    private static ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type);
    }

    private static ObjectNode text(String text) {
        return event("text").put("text", text);
    }

    private static ObjectNode thinking(String text) {
        return event("thinking").put("thinking", text).put("signature", "");
    }

    /** Arguments of a broken call are sent as a string, so that no client takes them for a complete object. */
    private static String input(ToolCall call) {
        return call.whole()
                ? call.arguments()
                : JsonNodeFactory.instance.textNode(call.arguments()).toString();
    }

    /** @param input JSON text, written as the model wrote it */
    private static ObjectNode toolUse(ToolCall call, String input) {
        return event("tool_use")
                .put("id", call.id())
                .put("name", call.tool())
                .putRawValue("input", new RawValue(input));
    }

    private static ObjectNode usage(ReadChoice choice) {
        TokenUsage usage = choice.finished().getUsage();
        return JsonNodeFactory.instance
                .objectNode()
                .put("input_tokens", usage.getPromptTokenCount() - usage.getCachedTokenCount())
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", usage.getCachedTokenCount())
                .put("output_tokens", usage.getGeneratedTokenCount());
    }

    private static void putReason(ObjectNode into, ReadChoice choice) {
        String stop = choice.finished().getMatchedStop();
        if (choice.isCut()) {
            into.put("stop_reason", "max_tokens").putNull("stop_sequence");
        } else if (!choice.calls().isEmpty()) {
            into.put("stop_reason", "tool_use").putNull("stop_sequence");
        } else if (choice.finished().getFinishReason() == FinishReason.FINISH_REASON_STOP && !stop.isEmpty()) {
            into.put("stop_reason", "stop_sequence").put("stop_sequence", stop);
        } else {
            into.put("stop_reason", "end_turn").putNull("stop_sequence");
        }
    }
}
