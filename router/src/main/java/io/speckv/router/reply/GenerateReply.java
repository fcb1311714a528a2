package io.speckv.router.reply;

import io.opentelemetry.api.common.Attributes;
import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.prompt.ChatPrompt;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.run.FallbackReasons;
import io.speckv.router.run.RouterParts;
import io.speckv.router.run.RunReply;
import io.speckv.selection.prompt.Collapse;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers one request to generate: writes the client's messages, the metrics and the log line, and starts the shadow. */
public final class GenerateReply implements RunReply {
    private static final Logger LOG = LoggerFactory.getLogger(GenerateReply.class);

    private final RouterParts parts;
    private final InferenceRequest request;
    private final RequestTimeline timeline;
    private final ReplySink sink;
    private final RequestMetrics metrics;
    private final IntStream.@Nullable Builder compared;

    public GenerateReply(RouterParts parts, InferenceRequest request, RequestTimeline timeline, ReplySink sink) {
        this.parts = parts;
        this.request = request;
        this.timeline = timeline;
        this.sink = sink;
        this.metrics =
                new RequestMetrics(parts.telemetry().metrics(), request.target().getName(), parts.pool());
        this.compared = parts.shadow().samples(request) ? IntStream.builder() : null;
    }

    @Override
    public void onRoom(Runnable callback) {
        sink.onRoom(callback);
    }

    @Override
    public void onClosed(Runnable callback) {
        sink.onClosed(callback);
    }

    @Override
    public boolean isCancelled() {
        return sink.isCancelled();
    }

    @Override
    public void selected(Choice choice, StageTime took) {
        timeline.record(took, attributes(choice));
    }

    static Attributes attributes(Choice choice) {
        return Attributes.of(SpanKeys.METHOD, choice.method().name(), SpanKeys.KEPT_TOKENS, (long)
                choice.prompt().size());
    }

    @Override
    public void fellBack(DraftLoss why) {
        metrics.fellBack(FallbackReasons.toProto(why));
    }

    @Override
    public void begin(Choice choice) {
        metrics.firstToken(timeline.elapsed(), choice.method().name());
        GenerateStarted.Builder started = GenerateStarted.newBuilder()
                .setRequestId(request.requestId())
                .setTraceId(timeline.traceId())
                .setModel(request.target().getName())
                .setPromptTokenCount(request.prompt().size());
        ChatPrompt chat = request.prompt().chat();
        if (chat != null && !chat.marks().equals(AnswerMarks.getDefaultInstance())) {
            started.setAnswerMarks(chat.marks());
        }
        var unused = sink.send(GenerateResponse.newBuilder().setStarted(started).build());
    }

    @Override
    public boolean send(TokenDelta piece) {
        if (compared != null) {
            piece.getTokenIdsList().forEach(compared::add);
        }
        return sink.send(GenerateResponse.newBuilder().setDelta(piece).build());
    }

    @Override
    public void finish(Effect.Finish effect, GenerationFinished finished, int attempts) {
        Choice choice = effect.choice();
        GenerateFinished last = new CompressionFigures(
                        request, choice, parts.fallbacks().applied(request, choice))
                .finished(finished, attempts, timeline.times());
        var unused = sink.send(GenerateResponse.newBuilder().setFinished(last).build());
        if (choice.prompt().collapse() != Collapse.NONE) {
            metrics.collapsed(choice.prompt().collapse());
            LOG.atWarn()
                    .addKeyValue("request_id", request.requestId())
                    .addKeyValue("method", choice.method().name())
                    .addKeyValue("collapse", choice.prompt().collapse())
                    .addKeyValue("prompt_tokens", request.prompt().size())
                    .addKeyValue("kept_tokens", choice.prompt().size())
                    .log("the choice of tokens looks wrong");
        }
        if (compared != null) {
            parts.shadow()
                    .compare(
                            parts,
                            request,
                            choice.method().name(),
                            compared.build().toArray());
        }
        sink.finish(() -> answered(effect, last, attempts));
    }

    private void answered(Effect.Finish effect, GenerateFinished last, int attempts) {
        Choice choice = effect.choice();
        metrics.answered(last, timeline.elapsed());
        LOG.atInfo()
                .addKeyValue("request_id", request.requestId())
                .addKeyValue("model", request.target().getName())
                .addKeyValue("pool", parts.pool())
                .addKeyValue("method", choice.method().name())
                .addKeyValue("fallback", FallbackReasons.of(choice))
                .addKeyValue("prompt_tokens", request.prompt().size())
                .addKeyValue("kept_tokens", choice.prompt().size())
                .addKeyValue("new_tokens", effect.generatedTokens())
                .addKeyValue("target_attempts", attempts)
                .addKeyValue("total_ms", timeline.elapsed().toMillis())
                .log("answered");
    }

    @Override
    public void explain(Effect.Explain effect) {
        throw new IllegalStateException("a request to generate was explained");
    }

    @Override
    public void fail(Throwable failure) {
        sink.fail(failure);
    }
}
