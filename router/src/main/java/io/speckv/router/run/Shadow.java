package io.speckv.router.run;

import io.grpc.Context;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.cascade.CascadeRequest.Goal;
import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Effect;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.InTrace;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.telemetry.RequestTimeline;
import io.speckv.kit.telemetry.StageTime;
import io.speckv.kit.wire.SamplingDefaults;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.router.prompt.PromptStructure;
import io.speckv.router.request.InferenceRequest;
import io.speckv.router.request.MethodReader;
import io.speckv.router.request.RequestedMethod;
import io.speckv.router.settings.RoutedModelSettings;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Has a sample of requests answered once more with the full cache, after the client has its answer, and records how far both
 * answers agree. This measures what a lossy method loses on real traffic. Requests that draw tokens without a seed are left
 * out, since their answers differ anyway.
 */
public final class Shadow {
    private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("speckv.method");
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("speckv.shadow.outcome");

    private final RoutedModelSettings.Shadow settings;
    private final RequestedMethod full;
    private final Metrics metrics;
    private final SamplingDefaults defaults;
    private final DoubleSupplier chance;
    private final AtomicInteger running = new AtomicInteger();

    /**
     * @param defaults that targets apply to what a request leaves unset
     * @param chance draws from [0, 1)
     */
    public Shadow(
            RoutedModelSettings.Shadow settings,
            MethodReader methods,
            Metrics metrics,
            SamplingDefaults defaults,
            DoubleSupplier chance) {
        this.settings = settings;
        this.full = methods.full();
        this.metrics = metrics;
        this.defaults = defaults;
        this.chance = chance;
    }

    /** Returns whether this request is in the sample; if so, the caller must keep its tokens for {@link #compare}. */
    public boolean samples(InferenceRequest request) {
        var sampling = request.sampling();
        double temperature = sampling.hasTemperature() ? sampling.getTemperature() : defaults.temperature();
        boolean repeatable = temperature == 0 || sampling.hasSeed();
        boolean loses = request.method()
                        .method()
                        .prompt()
                        .compresses(request.prompt().size())
                || request.method().method().cache().compresses(request.prompt().size());
        boolean fits = request.prompt().size() <= request.target().getMaxPromptTokenCount()
                && request.prompt().size() >= request.compressFrom();
        return repeatable && loses && fits && chance.getAsDouble() < settings.sampleRate();
    }

    /** Asks for the full cache's answer, unless the settings' limit of comparisons is reached. */
    public void compare(RouterParts parts, InferenceRequest request, String method, int[] answer) {
        Optional<ModelUse.Hold> hold = parts.use().hold();
        if (hold.isEmpty() || running.incrementAndGet() > settings.atOnce()) {
            hold.ifPresent(held -> {
                held.close();
                running.decrementAndGet();
            });
            count(method, "skipped");
            return;
        }
        InferenceRequest again = new InferenceRequest(
                request.requestId() + "-shadow",
                request.target(),
                request.prompt(),
                full,
                0,
                request.sampling(),
                // A comparison must not compete with clients' own requests.
                request.engine().toBuilder().clearPriority().build(),
                FallbackPolicy.FALLBACK_POLICY_FAIL,
                FallbackPolicy.FALLBACK_POLICY_FAIL,
                ReportSettings.getDefaultInstance(),
                false,
                PromptStructure.none(request.prompt().size()),
                request.prefix());
        // The shadow must not share the client's deadline, cancellation or trace.
        Context.CancellableContext context =
                Context.ROOT.withDeadlineAfter(settings.timeLimit().toNanos(), TimeUnit.NANOSECONDS, parts.timer());
        ShadowReply reply = new ShadowReply(request, method, answer, context, hold.get());
        context.run(() -> InTrace.run(io.opentelemetry.context.Context.root(), () -> {
            RequestTimeline timeline = RequestTimeline.start(parts.telemetry());
            new RequestRun(parts, again, Goal.ANSWER, timeline, reply).startNow();
        }));
    }

    private void count(String method, String outcome) {
        metrics.add(Metric.SHADOW_ANSWERS, 1, Attributes.of(METHOD, method, OUTCOME, outcome));
    }

    /** Takes the full cache's answer, and compares. */
    private final class ShadowReply implements RunReply {
        private final InferenceRequest request;
        private final String method;
        private final int[] answer;
        private final Context.CancellableContext context;
        private final ModelUse.Hold hold;
        private final IntStream.Builder tokens = IntStream.builder();

        ShadowReply(
                InferenceRequest request,
                String method,
                int[] answer,
                Context.CancellableContext context,
                ModelUse.Hold hold) {
            this.request = request;
            this.method = method;
            this.answer = answer;
            this.context = context;
            this.hold = hold;
        }

        @Override
        public void onRoom(Runnable callback) {}

        @Override
        public void onClosed(Runnable callback) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void selected(Choice choice, StageTime took) {}

        @Override
        public void fellBack(DraftLoss why) {}

        @Override
        public void begin(Choice choice) {}

        @Override
        public boolean send(TokenDelta piece) {
            piece.getTokenIdsList().forEach(tokens::add);
            return true;
        }

        @Override
        public void finish(Effect.Finish effect, GenerationFinished finished, int attempts) {
            end(null);
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
        public void explain(Effect.Explain effect) {
            throw new IllegalStateException("a shadow was explained");
        }

        @Override
        public void fail(Throwable failure) {
            end(failure);
            count(method, "failed");
            LoggingEventBuilder line = LOG.atWarn().addKeyValue("request_id", request.requestId());
            line = failure instanceof RequestException known
                    ? line.addKeyValue("code", known.code().name())
                    : line.setCause(failure);
            line.log("the full cache's answer, to compare with, failed");
        }

        private void end(@Nullable Throwable failure) {
            running.decrementAndGet();
            context.cancel(failure);
            hold.close();
        }
    }
}
