package io.speckv.router;

import com.google.protobuf.util.Durations;
import io.grpc.Context;
import io.grpc.SynchronizationContext;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.proto.v1.TokenDelta;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a sample of requests answered once more with the full cache, after the client has its answer, and records how far
 * both agree: what a lossy method loses on the traffic that there is. Requests that draw tokens without a seed are left
 * out, since their answers differ anyway.
 */
final class Shadow {
    private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("speckv.method");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("speckv.shadow.outcome");

    private final RouterSettings.Shadow settings;
    private final TargetServiceGrpc.TargetServiceStub targets;
    private final TargetTerms terms;
    private final RequestedMethod full;
    private final String tokenizerFingerprint;
    private final Metrics metrics;
    private final DoubleSupplier chance;
    private final AtomicInteger running = new AtomicInteger();

    /**
     * @param chance draws from [0, 1)
     */
    Shadow(
            RouterSettings.Shadow settings,
            TargetServiceGrpc.TargetServiceStub targets,
            TargetTerms terms,
            MethodReader methods,
            String tokenizerFingerprint,
            Metrics metrics,
            DoubleSupplier chance) {
        this.settings = settings;
        this.targets = targets;
        this.terms = terms;
        RequestedMethod method = methods.withoutDraft(FallbackPolicy.FALLBACK_POLICY_FULL);
        if (method == null) {
            throw new IllegalStateException("the full cache is no method");
        }
        this.full = method;
        this.tokenizerFingerprint = tokenizerFingerprint;
        this.metrics = metrics;
        this.chance = chance;
    }

    /** Returns whether this request's answer is to be compared; then its tokens must be kept for {@link #compare}. */
    boolean samples(Generation request) {
        var sampling = request.sampling();
        boolean repeatable = sampling.getTemperature() == 0 || sampling.hasSeed();
        boolean loses = request.method()
                        .method()
                        .prompt()
                        .compresses(request.prompt().size())
                || request.method().method().cache().compresses(request.prompt().size());
        boolean fits = request.prompt().size() <= request.target().getMaxPromptTokenCount();
        return repeatable && loses && fits && chance.getAsDouble() < settings.sampleRate();
    }

    /** Asks for the full cache's answer, unless as many are asked for already as the settings allow. */
    void compare(Generation request, String method, int[] answer) {
        if (running.incrementAndGet() > settings.atOnce()) {
            running.decrementAndGet();
            count(method, "skipped");
            return;
        }
        Selection all = Selection.of(full.method(), request.prompt().size(), new float[0]);
        GenerationStart.Builder start = GenerationStart.newBuilder()
                .setRequestId(request.requestId() + "-shadow")
                .setPrompt(all.toProto(request.prompt().ids(), full.method(), new float[0]))
                .setMethod(full.message())
                .setSampling(request.sampling())
                .setLookaheadWait(Durations.ZERO)
                .setTokenizerFingerprint(tokenizerFingerprint);
        // Neither the client's deadline nor its going away nor its trace is the shadow's.
        Context.ROOT.run(() -> InTrace.run(
                io.opentelemetry.context.Context.root(), () -> new Answer(request, method, answer).ask(start)));
    }

    private void count(String method, String outcome) {
        metrics.add(Metric.SHADOW_ANSWERS, 1, Attributes.of(METHOD, method, OUTCOME, outcome));
    }

    /** The full cache's answer as it comes. */
    private final class Answer implements TargetEvents {
        private final Generation request;
        private final String method;
        private final int[] answer;
        private final IntStream.Builder tokens = IntStream.builder();
        private final SynchronizationContext events =
                new SynchronizationContext((thread, thrown) -> targetFailed(thrown));
        private final TargetStream stream = new TargetStream(events, this, terms);

        Answer(Generation request, String method, int[] answer) {
            this.request = request;
            this.method = method;
            this.answer = answer;
        }

        void ask(GenerationStart.Builder start) {
            Duration limit = settings.timeLimit();
            stream.start(
                    targets.withDeadlineAfter(limit.toNanos(), TimeUnit.NANOSECONDS),
                    start,
                    new int[0],
                    request.target().getVocabSize());
            stream.complete();
        }

        @Override
        public void grown(TokenDelta delta) {
            delta.getTokenIdsList().forEach(tokens::add);
            stream.next(1);
        }

        @Override
        public void answered(GenerationFinished finished) {
            running.decrementAndGet();
            ShadowAgreement agreement =
                    ShadowAgreement.of(answer, tokens.build().toArray());
            Attributes attributes = Attributes.of(METHOD, method);
            count(method, agreement.exact() ? "exact" : "differs");
            metrics.record(Metric.SHADOW_AGREED, agreement.firstDifference(), attributes);
            metrics.record(Metric.SHADOW_ROUGE_L, agreement.rougeL(), attributes);
            LOG.atInfo()
                    .addKeyValue("request_id", request.requestId())
                    .addKeyValue("method", method)
                    .addKeyValue("exact", agreement.exact())
                    .addKeyValue("first_difference", agreement.firstDifference())
                    .addKeyValue("rouge_l", agreement.rougeL())
                    .log("compared with the full cache");
        }

        @Override
        public void targetFailed(Throwable failure) {
            running.decrementAndGet();
            count(method, "failed");
            LOG.atWarn()
                    .addKeyValue("request_id", request.requestId())
                    .setCause(failure)
                    .log("the full cache's answer, to compare with, failed");
        }
    }
}
