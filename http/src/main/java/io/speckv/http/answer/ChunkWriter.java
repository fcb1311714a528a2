package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.answers.AnswerPart;
import io.speckv.http.connection.Exchange;
import io.speckv.http.request.Generation;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Answers of OpenAI's two older APIs: chunks that end with {@code [DONE]}, or one object. */
final class ChunkWriter implements AnswerWriter {
    private final Exchange exchange;
    private final Generation generation;
    private final AnswerTimes times;
    private final Choices choices;
    private final Map<Integer, ReadChoice> finished = new TreeMap<>();

    ChunkWriter(Exchange exchange, Generation generation, AnswerTimes times, Choices choices) {
        this.exchange = exchange;
        this.generation = generation;
        this.times = times;
        this.choices = choices;
    }

    @Override
    public Future<Void> begin(ReadChoice choice) {
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(times.keepAlive());
        return choices.beginning(choice.index())
                .map(beginning -> send(choice, beginning))
                .orElseGet(Future::succeededFuture);
    }

    @Override
    public Future<Void> parts(ReadChoice choice, List<AnswerPart> parts) {
        Future<Void> sent = Future.succeededFuture();
        if (!generation.stream()) {
            return sent;
        }
        for (ObjectNode part : choices.parts(choice.index(), parts, choice.calls())) {
            putLogprobs(choice, part);
            sent = send(choice, part);
        }
        return sent;
    }

    private void putLogprobs(ReadChoice choice, ObjectNode part) {
        TokenDelta logprobs = choice.takeLogprobs();
        if (logprobs.getLogprobsCount() > 0) {
            part.set("logprobs", choices.logprobs(logprobs));
        }
    }

    @Override
    public Future<Void> finish(ReadChoice choice) {
        finished.put(choice.index(), choice);
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(times.keepAlive());
        ObjectNode last = choices.last(choice.index()).put("finish_reason", reason(choice));
        putLogprobs(choice, last);
        ObjectNode chunk = chunk(choice, last);
        chunk.set("speckv", Reports.generation(choice, generation.tools()));
        Future<Void> sent = exchange.event(chunk.toString());
        if (!generation.usage() || finished.size() < generation.requests().size()) {
            return sent;
        }
        ObjectNode total = envelope(true, choice.started(), last);
        total.putArray("choices");
        total.set("usage", usage(List.copyOf(finished.values())));
        return sent.compose(before -> exchange.event(total.toString()));
    }

    @Override
    public void end(List<ReadChoice> all) {
        if (generation.stream()) {
            exchange.endEvents("data: [DONE]\n\n");
            return;
        }
        ObjectNode whole = envelope(false, all.get(0).started());
        for (ReadChoice choice : all) {
            ObjectNode one = choices.whole(choice).put("finish_reason", reason(choice));
            putLogprobs(choice, one);
            if (all.size() > 1) {
                one.set("speckv", Reports.generation(choice, generation.tools()));
            }
            whole.withArray("choices").add(one);
        }
        whole.set("usage", usage(all));
        whole.set("speckv", Reports.generation(all.get(0), generation.tools()));
        exchange.json(200, whole);
    }

    private ObjectNode usage(List<ReadChoice> all) {
        return Reports.usage(all, all.size() / generation.prompts());
    }

    private Future<Void> send(ReadChoice choice, ObjectNode part) {
        return exchange.event(chunk(choice, part).toString());
    }

    /** Returns a chunk before the one that bears the usage, if that was asked for. */
    private ObjectNode chunk(ReadChoice choice, ObjectNode part) {
        ObjectNode chunk = envelope(true, choice.started(), part);
        return generation.usage() ? chunk.putNull("usage") : chunk;
    }

    private ObjectNode envelope(boolean chunk, GenerateStarted started, ObjectNode... parts) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", generation.form().id(exchange))
                .put("object", choices.object(chunk))
                .put("created", times.created())
                .put("model", started.getModel());
        json.putArray("choices").addAll(List.of(parts));
        return json;
    }

    private static String reason(ReadChoice choice) {
        if (choice.isCut()) {
            return "length";
        }
        return choice.calls().isEmpty() ? "stop" : "tool_calls";
    }
}
