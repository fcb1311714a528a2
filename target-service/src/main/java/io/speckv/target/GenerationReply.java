package io.speckv.target;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.OpenPrefill;
import io.speckv.engine.generate.Prefilled;
import io.speckv.kit.stream.StreamWriter;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.Stage;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.serving.ServedModel;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response side of one Generate call: turns the engine's results into messages, times and metrics. While the stream has
 * no room the answer pauses.
 */
final class GenerationReply implements AnswerReply {
    private static final Logger LOG = LoggerFactory.getLogger(GenerationReply.class);
    private static final AttributeKey<String> TOKEN_TYPE = AttributeKey.stringKey("gen_ai.token.type");
    private static final double NANOS_PER_SECOND = 1e9;
    /**
     * Fewest lookahead tokens for which right ones are measured. Methods that only score take one or two tokens, of which
     * even a perfect draft has few right.
     */
    private static final int FEWEST_MEASURED = 8;

    private final GenerationRequest request;
    private final StreamWriter<TargetServiceGenerateResponse> stream;
    private final RequestTimeline timeline;
    private final Metrics metrics;
    private final GenerationMessages messages;
    private final AnswerText text;
    private Duration prefillBegan = Duration.ZERO;
    private Duration promptReading = Duration.ZERO;
    private Duration decodeBegan = Duration.ZERO;
    private @Nullable Prefilled prefilled;
    private int sentTokens;

    GenerationReply(
            GenerationRequest request,
            ServedModel model,
            StreamWriter<TargetServiceGenerateResponse> stream,
            RequestTimeline timeline,
            Metrics metrics,
            Runnable wakeEngine) {
        this.request = request;
        this.stream = stream;
        this.timeline = timeline;
        this.metrics = metrics;
        this.messages = new GenerationMessages(request, model);
        this.text = new AnswerText(model.tokenizer(), request.sampling(), request.special(), request.includesStop());
        stream.onRoom(wakeEngine);
    }

    @Override
    public boolean isOver() {
        return stream.isOver();
    }

    @Override
    public boolean hasRoom() {
        return stream.hasRoom();
    }

    @Override
    public void prefillBegins() {
        prefillBegan = timeline.elapsed();
        record(Stage.TARGET_QUEUE, Duration.ZERO, prefillBegan, request.tokens().length);
        inTrace(() -> LOG.atDebug()
                .addKeyValue("request_id", request.requestId())
                .addKeyValue("cache_policy", request.policy().getClass().getSimpleName())
                .addKeyValue("prompt_tokens", request.kept().originalTokens())
                .addKeyValue("kept_tokens", request.tokens().length)
                .addKeyValue("most_new_tokens", request.sampling().maxNewTokens())
                .addKeyValue("slot_tokens", request.slotTokens())
                .addKeyValue("queue_ms", prefillBegan.toMillis())
                .log("generation begins"));
    }

    @Override
    public void promptRead(OpenPrefill open) {
        promptReading = Duration.ofNanos(open.passNanos());
        record(Stage.TARGET_PREFILL, prefillBegan, promptReading, request.tokens().length - 1);
    }

    @Override
    public void prefillGoesOn() {
        prefillBegan = timeline.elapsed();
    }

    @Override
    public void prefilled(Prefilled read) {
        prefilled = read;
        Duration prefill = Duration.ofNanos(read.nanos().prefill()).minus(promptReading);
        Duration evict = Duration.ofNanos(read.nanos().evict());
        Duration verify = Duration.ofNanos(read.nanos().verify());
        Duration evictBegan = prefillBegan.plus(prefill);
        int rows = promptReading.isZero()
                ? request.tokens().length
                : 1 + request.lookahead().takenTokens();
        record(Stage.TARGET_PREFILL, prefillBegan, prefill, rows);
        if (!read.kept().isEmpty()) {
            record(Stage.TARGET_EVICT, evictBegan, evict, request.tokens().length);
        }
        int verified = request.verifiesLookahead() ? request.lookahead().takenTokens() : 0;
        if (verified > 0) {
            record(Stage.TARGET_VERIFY, evictBegan.plus(evict), verify, verified);
        }
        if (verified >= FEWEST_MEASURED) {
            // Right tokens are recorded, not accepted ones, because a sampler that draws differs even from the best
            // draft.
            metrics.record(Metric.LOOKAHEAD_RIGHT, read.rightLookahead(), Attributes.empty());
        }
        decodeBegan = timeline.elapsed();
    }

    private void record(Stage stage, Duration start, Duration elapsed, int tokens) {
        timeline.record(new StageTime(stage, start, elapsed, tokens), Attributes.empty());
    }

    @Override
    public void grown(Answer answer) {
        if (sentTokens == 0 && answer.size() > 0) {
            metrics.record(Metric.TIME_TO_FIRST_TOKEN, seconds(timeline.elapsed()), Attributes.empty());
        }
        StringBuilder delta = new StringBuilder();
        for (int i = sentTokens; i < answer.size(); i++) {
            delta.append(text.accept(answer.token(i)));
            if (text.matched().isPresent()) {
                answer.cutAfter(i + 1);
            }
        }
        if (answer.isFinished() && text.matched().isEmpty()) {
            boolean stopped = answer.ending().equals(Optional.of(Answer.Ending.STOP));
            delta.append(stopped ? text.finish(answer.endedBy().orElseThrow()) : text.finish());
        }
        if (answer.size() > sentTokens || !delta.isEmpty()) {
            stream.send(messages.delta(answer, sentTokens, delta.toString(), text::offset));
            sentTokens = answer.size();
        }
    }

    @Override
    public void finished(Answer answer) {
        record(Stage.TARGET_DECODE, decodeBegan, timeline.elapsed().minus(decodeBegan), answer.size());
        Prefilled read = prefilled;
        if (read == null) {
            throw new IllegalStateException("an answer finished before its prefill");
        }
        stream.send(messages.finished(answer, read, text.matched(), timeline.times()));
        stream.finish();
        measure(answer, read);
    }

    private void measure(Answer answer, Prefilled read) {
        Duration total = timeline.elapsed();
        metrics.record(Metric.REQUEST_DURATION, seconds(total), Attributes.empty());
        metrics.record(Metric.TOKEN_USAGE, request.tokens().length, Attributes.of(TOKEN_TYPE, "input"));
        metrics.record(Metric.TOKEN_USAGE, answer.size(), Attributes.of(TOKEN_TYPE, "output"));
        if (answer.size() > 1) {
            metrics.record(
                    Metric.TIME_PER_OUTPUT_TOKEN,
                    seconds(total.minus(decodeBegan)) / (answer.size() - 1),
                    Attributes.empty());
        }
        metrics.record(Metric.KV_KEPT_BYTES, (double) messages.keptBytes(read), Attributes.empty());
        metrics.add(Metric.PREFIX_PROMPT, request.tokens().length, Attributes.empty());
        metrics.add(Metric.PREFIX_REUSED, read.reusedTokens(), Attributes.empty());
        metrics.add(Metric.LOOKAHEAD_RECEIVED, messages.received(), Attributes.empty());
        metrics.add(Metric.LOOKAHEAD_ACCEPTED, messages.accepted(answer, read), Attributes.empty());
        inTrace(() -> LOG.atInfo()
                .addKeyValue("request_id", request.requestId())
                .addKeyValue("kept_tokens", request.tokens().length)
                .addKeyValue("reused_tokens", read.reusedTokens())
                .addKeyValue("new_tokens", answer.size())
                .addKeyValue("ending", answer.ending().map(Enum::name).orElse(""))
                .addKeyValue("first_token_ms", decodeBegan.toMillis())
                .addKeyValue("total_ms", total.toMillis())
                .log("generated"));
    }

    @Override
    public void failed(Throwable failure) {
        if (stream.isOver()) {
            metrics.record(Metric.CANCEL_DURATION, stream.secondsSinceOver(), Attributes.empty());
            inTrace(() -> LOG.atInfo()
                    .addKeyValue("request_id", request.requestId())
                    .addKeyValue("new_tokens", sentTokens)
                    .log("given up"));
        }
        stream.fail(failure);
    }

    private void inTrace(Runnable logging) {
        InTrace.run(timeline.context(), logging);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / NANOS_PER_SECOND;
    }
}
