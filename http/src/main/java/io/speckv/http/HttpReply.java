package io.speckv.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.StatusRuntimeException;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import io.vertx.core.Future;
import java.time.Duration;

/** One generation's answer, passed on as it comes or gathered to a whole. */
final class HttpReply implements UpstreamCall.Receiver<GenerateResponse> {
    private final Exchange exchange;
    private final GenerationReader.Generation generation;
    private final long created;
    private final StringBuilder text = new StringBuilder();
    private final TokenDelta.Builder tokens = TokenDelta.newBuilder();
    private GenerateStarted started = GenerateStarted.getDefaultInstance();
    private GenerateFinished finished = GenerateFinished.getDefaultInstance();
    private final Duration keepAlive;

    /**
     * @param created seconds since 1970
     * @param keepAlive longest silence of a stream
     */
    HttpReply(
            Exchange exchange,
            GenerationReader.Generation generation,
            long created,
            Duration keepAlive) {
        this.exchange = exchange;
        this.generation = generation;
        this.created = created;
        this.keepAlive = keepAlive;
    }

    @Override
    public Future<Void> message(GenerateResponse message) {
        return switch (message.getEventCase()) {
            case STARTED -> start(message.getStarted());
            case DELTA -> generation.stream() ? pass(message.getDelta()) : gather(message.getDelta());
            case FINISHED -> finish(message.getFinished());
            case EVENT_NOT_SET -> Future.succeededFuture(); // a newer server's event
        };
    }

    private Future<Void> start(GenerateStarted start) {
        started = start;
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(keepAlive);
        return generation
                .form()
                .beginning()
                .map(choice -> exchange.event(envelope(true, choice).toString()))
                .orElseGet(Future::succeededFuture);
    }

    private Future<Void> gather(TokenDelta delta) {
        text.append(delta.getText());
        if (delta.getLogprobsCount() > 0) {
            tokens.addAllTokenIds(delta.getTokenIdsList()).addAllLogprobs(delta.getLogprobsList());
        }
        return Future.succeededFuture();
    }

    private Future<Void> pass(TokenDelta delta) {
        if (delta.getText().isEmpty() && delta.getLogprobsCount() == 0) {
            return Future.succeededFuture(); // an unfinished character
        }
        exchange.beginEvents(keepAlive);
        ObjectNode choice = generation.form().part(delta.getText());
        putLogprobs(choice, delta);
        return exchange.event(envelope(true, choice).toString());
    }

    private void putLogprobs(ObjectNode choice, TokenDelta delta) {
        if (delta.getLogprobsCount() > 0) {
            choice.set("logprobs", generation.form().logprobs(delta));
        }
    }

    private Future<Void> finish(GenerateFinished finish) {
        finished = finish;
        if (!generation.stream()) {
            return Future.succeededFuture();
        }
        exchange.beginEvents(keepAlive);
        ObjectNode choice = generation.form().last();
        choice.put("finish_reason", reason(finish.getFinishReason()));
        ObjectNode chunk = envelope(true, choice);
        chunk.set("speckv", Reports.generation(started, finish));
        Future<Void> sent = exchange.event(chunk.toString());
        if (!generation.usage()) {
            return sent;
        }
        ObjectNode last = envelope(true, choice);
        last.putArray("choices");
        last.set("usage", Reports.usage(finish.getUsage()));
        return sent.compose(before -> exchange.event(last.toString()));
    }

    @Override
    public void end() {
        if (generation.stream()) {
            exchange.endEvents();
            return;
        }
        ObjectNode choice = generation.form().whole(text.toString());
        choice.put("finish_reason", reason(finished.getFinishReason()));
        putLogprobs(choice, tokens.build());
        ObjectNode whole = envelope(false, choice);
        whole.set("usage", Reports.usage(finished.getUsage()));
        whole.set("speckv", Reports.generation(started, finished));
        exchange.json(200, whole);
    }

    @Override
    public void failure(StatusRuntimeException thrown) {
        exchange.error(ApiError.of(thrown, generation.fields()));
    }

    private ObjectNode envelope(boolean chunk, ObjectNode choice) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", generation.form().idPrefix() + exchange.requestId())
                .put("object", generation.form().object(chunk))
                .put("created", created)
                .put("model", started.getModel());
        json.putArray("choices").add(choice);
        return json;
    }

    private static String reason(FinishReason reason) {
        return switch (reason) {
            case FINISH_REASON_MAX_NEW_TOKENS, FINISH_REASON_CONTEXT_FULL -> "length";
            case FINISH_REASON_END_OF_TEXT, FINISH_REASON_STOP, FINISH_REASON_UNSPECIFIED, UNRECOGNIZED -> "stop";
        };
    }
}
