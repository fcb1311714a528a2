package io.speckv.http.answer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.answers.AnswerPart;
import io.speckv.http.connection.Exchange;
import io.speckv.http.json.JsonFields;
import io.speckv.http.request.Generation;
import io.speckv.proto.v1.TokenUsage;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Writes answers of OpenAI's Responses API: one object of items. A stream adds and completes the items one after the other. */
final class ResponseWriter implements AnswerWriter {
    /** Fields of the request that a response repeats, and the JSON to send if the request left them out. */
    private static final Map<String, String> REPEATED = Map.ofEntries(
            Map.entry("instructions", "null"),
            Map.entry("max_output_tokens", "null"),
            Map.entry("metadata", "{}"),
            Map.entry("parallel_tool_calls", "true"),
            Map.entry("temperature", "null"),
            Map.entry("text", "{\"format\": {\"type\": \"text\"}}"),
            Map.entry("tool_choice", "\"auto\""),
            Map.entry("tools", "[]"),
            Map.entry("top_logprobs", "0"),
            Map.entry("top_p", "null"),
            Map.entry("truncation", "\"disabled\""),
            Map.entry("user", "null"));

    private enum Kind {
        NONE,
        REASONING,
        MESSAGE
    }

    private final Exchange exchange;
    private final Generation generation;
    private final AnswerTimes times;
    private final String requestId;
    private final ArrayNode output = JsonNodeFactory.instance.arrayNode();
    private final StringBuilder text = new StringBuilder();
    private ArrayNode logprobs = JsonNodeFactory.instance.arrayNode();
    private Kind open = Kind.NONE;
    private int sequence;

    ResponseWriter(Exchange exchange, Generation generation, AnswerTimes times) {
        this.exchange = exchange;
        this.generation = generation;
        this.times = times;
        this.requestId = exchange.requestId();
    }

    @Override
    public Future<Void> begin(ReadChoice choice) {
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(times.keepAlive());
        ObjectNode response = response(choice, "in_progress");
        response.putArray("output");
        response.putNull("usage");
        var unused = send(event("response.created").set("response", response));
        return send(event("response.in_progress").set("response", response));
    }

    @Override
    public Future<Void> parts(ReadChoice choice, List<AnswerPart> parts) {
        Future<Void> sent = Future.succeededFuture();
        if (!generation.stream()) {
            return sent;
        }
        List<ToolCall> calls = choice.calls();
        int call = ToolCall.firstOf(parts, calls);
        int at = choice.parts().size() - parts.size();
        for (AnswerPart part : parts) {
            ArrayNode tokens = TokenEntries.of(choice.tokens().get(at++));
            if (part instanceof AnswerPart.Text said) {
                open(Kind.MESSAGE);
                sent = delta("response.output_text.delta", said.text(), tokens);
            } else if (part instanceof AnswerPart.Reasoning thought) {
                open(Kind.REASONING);
                sent = delta("response.reasoning_text.delta", thought.text(), tokens);
            } else if (part instanceof AnswerPart.CallBegun) {
                sent = begun(calls.get(call++));
            } else if (part instanceof AnswerPart.Arguments more) {
                sent = send(arguments("delta").put("delta", more.text()));
            } else {
                sent = ended(calls.get(call - 1));
            }
        }
        return sent;
    }

    private void open(Kind kind) {
        if (open == kind) {
            return;
        }
        close("completed");
        open = kind;
        ObjectNode item = item("in_progress");
        var unused = add(item);
        unused = send(place("response.content_part.added").set("part", part("", JsonNodeFactory.instance.arrayNode())));
    }

    private Future<Void> add(ObjectNode item) {
        ObjectNode added = event("response.output_item.added").put("output_index", output.size());
        return send(added.set("item", item));
    }

    private Future<Void> delta(String type, String piece, ArrayNode tokens) {
        text.append(piece);
        logprobs.addAll(tokens);
        ObjectNode event = place(type).put("delta", piece);
        if (open == Kind.MESSAGE) {
            event.set("logprobs", TokenEntries.withoutBytes(tokens));
        }
        return send(event);
    }

    /** Completes the open item, if there is one. */
    private void close(String status) {
        if (open == Kind.NONE) {
            return;
        }
        ObjectNode done = place(open == Kind.MESSAGE ? "response.output_text.done" : "response.reasoning_text.done")
                .put("text", text.toString());
        if (open == Kind.MESSAGE) {
            done.set("logprobs", TokenEntries.withoutBytes(logprobs));
        }
        var unused = send(done);
        unused = send(place("response.content_part.done").set("part", part(text.toString(), logprobs)));
        ObjectNode item = item(status);
        complete(item);
        text.setLength(0);
        logprobs = JsonNodeFactory.instance.arrayNode();
        open = Kind.NONE;
    }

    private Future<Void> complete(ObjectNode item) {
        ObjectNode done = event("response.output_item.done").put("output_index", output.size());
        output.add(item);
        return send(done.set("item", item));
    }

    private Future<Void> begun(ToolCall call) {
        close("completed");
        return add(ResponseItems.functionCall(requestId, output.size(), call, "", "in_progress"));
    }

    private Future<Void> ended(ToolCall call) {
        var unused = send(arguments("done").put("name", call.tool()).put("arguments", call.arguments()));
        return complete(ResponseItems.functionCall(requestId, output.size(), call));
    }

    /** Returns an event about the arguments of the open call. */
    private ObjectNode arguments(String what) {
        return event("response.function_call_arguments." + what)
                .put("item_id", ResponseItems.callId(requestId, output.size()))
                .put("output_index", output.size());
    }

    private ObjectNode item(String status) {
        return open == Kind.MESSAGE
                ? ResponseItems.message(requestId, output.size(), text.toString(), logprobs, status)
                : ResponseItems.reasoning(requestId, output.size(), text.toString(), status);
    }

    private ObjectNode part(String whole, ArrayNode tokens) {
        return open == Kind.MESSAGE ? ResponseItems.outputText(whole, tokens) : ResponseItems.reasoningText(whole);
    }

    /** Returns an event about the content of the open item. */
    private ObjectNode place(String type) {
        int index = output.size();
        return event(type)
                .put(
                        "item_id",
                        open == Kind.MESSAGE
                                ? ResponseItems.messageId(requestId, index)
                                : ResponseItems.reasoningId(requestId, index))
                .put("output_index", index)
                .put("content_index", 0);
    }

    private ObjectNode event(String type) {
        return JsonNodeFactory.instance.objectNode().put("type", type).put("sequence_number", sequence++);
    }

    private Future<Void> send(JsonNode event) {
        return exchange.event(event.get("type").textValue(), event);
    }

    @Override
    public Future<Void> finish(ReadChoice choice) {
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(times.keepAlive());
        close(choice.isCut() ? "incomplete" : "completed");
        String status = choice.isCut() ? "incomplete" : "completed";
        ObjectNode response = response(choice, status);
        response.set("output", output);
        putFigures(response, choice);
        return send(event("response." + status).set("response", response));
    }

    @Override
    public void end(List<ReadChoice> choices) {
        if (generation.stream()) {
            exchange.endEvents("");
            return;
        }
        ReadChoice choice = choices.get(0);
        ObjectNode response = response(choice, choice.isCut() ? "incomplete" : "completed");
        response.set("output", ResponseItems.of(choice, requestId));
        putFigures(response, choice);
        exchange.json(200, response);
    }

    private ObjectNode response(ReadChoice choice, String status) {
        ObjectNode response = JsonNodeFactory.instance
                .objectNode()
                .put("id", generation.form().id(exchange))
                .put("object", "response")
                .put("created_at", times.created())
                .put("status", status)
                .putNull("error");
        if (status.equals("incomplete")) {
            response.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            response.putNull("incomplete_details");
        }
        response.put("model", choice.started().getModel());
        REPEATED.forEach((field, otherwise) -> response.set(field, repeated(field, otherwise)));
        response.put("store", false).putNull("previous_response_id");
        JsonNode reasoning = generation.asked().path("reasoning");
        ObjectNode asked = response.putObject("reasoning");
        for (String field : new String[] {"effort", "summary"}) {
            asked.set(field, reasoning.has(field) ? reasoning.get(field) : JsonNodeFactory.instance.nullNode());
        }
        return response;
    }

    private JsonNode repeated(String field, String otherwise) {
        JsonNode asked = generation.asked().get(field);
        return asked == null || asked.isNull() ? JsonFields.value(otherwise) : asked;
    }

    private void putFigures(ObjectNode response, ReadChoice choice) {
        TokenUsage usage = choice.finished().getUsage();
        ObjectNode json = response.putObject("usage").put("input_tokens", usage.getPromptTokenCount());
        json.putObject("input_tokens_details")
                .put("cached_tokens", usage.getCachedTokenCount())
                .put("kept_tokens", usage.getKeptTokenCount());
        json.put("output_tokens", usage.getGeneratedTokenCount());
        json.putObject("output_tokens_details").put("reasoning_tokens", choice.reasoningTokens());
        json.put("total_tokens", usage.getPromptTokenCount() + usage.getGeneratedTokenCount());
        response.set("speckv", Reports.generation(choice, generation.tools()));
    }
}
