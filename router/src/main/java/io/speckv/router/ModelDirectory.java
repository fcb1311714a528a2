package io.speckv.router;

import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What draft and target last said about themselves, asked again and again. Thread-safe. */
final class ModelDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final TargetServiceGrpc.TargetServiceStub targets;
    private final DraftServiceGrpc.@Nullable DraftServiceStub drafts;
    private final String fingerprint;
    private final Duration every;
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-router-describe");
    private volatile @Nullable TargetServiceDescribeResponse target;
    private volatile @Nullable DraftServiceDescribeResponse draft;

    /**
     * @param drafts null where there is no draft
     * @param fingerprint of the tokenizer that the target must have
     */
    ModelDirectory(
            TargetServiceGrpc.TargetServiceStub targets,
            DraftServiceGrpc.@Nullable DraftServiceStub drafts,
            String fingerprint,
            Duration every) {
        this.targets = targets;
        this.drafts = drafts;
        this.fingerprint = fingerprint;
        this.every = every;
    }

    /** Begins to ask; {@code usable} runs whenever a target answers whose tokenizer is the router's. */
    void start(Runnable usable) {
        var unused = timer.scheduleWithFixedDelay(() -> ask(usable), 0, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ask(Runnable usable) {
        targets.withWaitForReady()
                .withDeadlineAfter(every)
                .describe(TargetServiceDescribeRequest.getDefaultInstance(), latest("target", described -> {
                    target = described;
                    if (hasOurTokenizer(described.getModel())) {
                        usable.run();
                    } else {
                        LOG.atError()
                                .addKeyValue(
                                        "target_fingerprint",
                                        described.getModel().getTokenizerFingerprint())
                                .addKeyValue("router_fingerprint", fingerprint)
                                .log("the target has another tokenizer than the router");
                    }
                }));
        if (drafts != null) {
            drafts.withWaitForReady()
                    .withDeadlineAfter(every)
                    .describe(
                            DraftServiceDescribeRequest.getDefaultInstance(),
                            latest("draft", described -> draft = described));
        }
    }

    private boolean hasOurTokenizer(ModelDescription model) {
        return model.getTokenizerFingerprint().equals(fingerprint);
    }

    private static <T> StreamObserver<T> latest(String service, Consumer<T> take) {
        return new StreamObserver<>() {
            @Override
            public void onNext(T description) {
                take.accept(description);
            }

            @Override
            public void onError(Throwable failure) {
                LOG.atDebug()
                        .addKeyValue("service", service)
                        .addKeyValue("cause", failure.getMessage())
                        .log("not described");
            }

            @Override
            public void onCompleted() {}
        };
    }

    /**
     * Returns the target's model.
     *
     * @param name that the request asks for; empty for the only one
     * @throws RequestException with NO_TARGET, MODEL_UNKNOWN or TOKENIZER_MISMATCH
     */
    ModelDescription target(String name) {
        TargetServiceDescribeResponse known = target;
        if (known == null) {
            throw RequestException.of(FailureCode.NO_TARGET, "no target has described itself yet")
                    .retryAfter(TRY_AGAIN);
        }
        ModelDescription model = known.getModel();
        if (!name.isEmpty() && !name.equals(model.getName())) {
            throw RequestException.ofField(
                    FailureCode.MODEL_UNKNOWN, "model", "is not served here, must be " + model.getName() + " or empty");
        }
        if (!hasOurTokenizer(model)) {
            throw RequestException.of(
                            FailureCode.TOKENIZER_MISMATCH,
                            "target %s has tokenizer %s, the router has %s"
                                    .formatted(model.getName(), model.getTokenizerFingerprint(), fingerprint))
                    .with("target_fingerprint", model.getTokenizerFingerprint())
                    .with("router_fingerprint", fingerprint);
        }
        return model;
    }

    /** Returns how many lookahead tokens the target takes with a request; without a limit where it has not said one. */
    int mostLookaheadTokens() {
        TargetServiceDescribeResponse known = target;
        return known != null && known.hasMaxLookaheadTokenCount()
                ? known.getMaxLookaheadTokenCount()
                : Integer.MAX_VALUE;
    }

    /** Returns what the draft said; nothing while there is none. */
    Optional<DraftServiceDescribeResponse> draft() {
        return Optional.ofNullable(draft);
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
