package io.speckv.router;

import io.speckv.cascade.TargetAbilities;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.stream.DaemonTimer;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.wire.ResponseFormats;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What draft and target last said about themselves, and whether they can be asked now. Thread-safe. */
final class ModelDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final String fingerprint;
    private final DraftTerms draftTerms;
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-router-describe");
    private final PeerWatch<TargetServiceDescribeResponse> targets;
    private final @Nullable PeerWatch<DraftServiceDescribeResponse> drafts;
    private volatile @Nullable TargetServiceDescribeResponse target;
    private volatile @Nullable DraftServiceDescribeResponse draft;
    private String told = "";
    private String toldOfDraft = "";

    /**
     * What the router needs of its draft.
     *
     * @param fingerprints of the tokenizers that the draft may have
     * @param needed whether requests that say nothing of method and fallback fail without the draft
     */
    record DraftTerms(Set<String> fingerprints, boolean needed) {}

    /** Told whether requests would be served now, and why not. */
    interface Listener {
        void ready();

        void notReady(String why);
    }

    /**
     * @param drafts null where there is no draft
     * @param fingerprint of the tokenizer that the target must have
     * @param every how often they are asked
     */
    ModelDirectory(
            ServiceChannel targets,
            @Nullable ServiceChannel drafts,
            String fingerprint,
            DraftTerms draftTerms,
            Duration every,
            Metrics metrics) {
        this.fingerprint = fingerprint;
        this.draftTerms = draftTerms;
        var targetStub = TargetServiceGrpc.newStub(targets.channel());
        this.targets = new PeerWatch<>(
                "target",
                targets,
                (within, answer) -> targetStub
                        .withDeadlineAfter(within)
                        .describe(TargetServiceDescribeRequest.getDefaultInstance(), answer),
                every,
                metrics,
                timer);
        if (drafts == null) {
            this.drafts = null;
        } else {
            var draftStub = DraftServiceGrpc.newStub(drafts.channel());
            this.drafts = new PeerWatch<>(
                    "draft",
                    drafts,
                    (within, answer) -> draftStub
                            .withDeadlineAfter(within)
                            .describe(DraftServiceDescribeRequest.getDefaultInstance(), answer),
                    every,
                    metrics,
                    timer);
        }
    }

    /**
     * Begins to ask, and to tell {@code listener} whether a target with the router's tokenizer can be asked, and a draft where
     * one is needed.
     */
    void start(Listener listener) {
        targets.start(
                described -> {
                    warnOfChange(described.getModel());
                    target = described;
                    tell(listener);
                },
                () -> tell(listener));
        if (drafts != null) {
            drafts.start(
                    described -> {
                        warnOfDraft(described.getModel());
                        draft = described;
                        tell(listener);
                    },
                    () -> tell(listener));
        }
    }

    private void warnOfDraft(ModelDescription model) {
        String now = model.getTokenizerFingerprint();
        if (!now.equals(toldOfDraft) && !draftTerms.fingerprints().contains(now)) {
            LOG.atError()
                    .addKeyValue("draft_fingerprint", now)
                    .addKeyValue("known_fingerprints", draftTerms.fingerprints())
                    .log("the draft has a tokenizer that the router does not know: requests go without it");
        }
        toldOfDraft = now;
    }

    private void tell(Listener listener) {
        TargetServiceDescribeResponse known = target;
        if (known == null) {
            return; // never ready yet
        }
        if (!hasOurTokenizer(known.getModel())) {
            listener.notReady("the target has another tokenizer than the router");
        } else if (!targets.isReachable()) {
            listener.notReady("no target can be reached");
        } else if (draftTerms.needed() && !isDraftOfUse()) {
            listener.notReady("no draft can be used, and requests fail without one");
        } else {
            listener.ready();
        }
    }

    private boolean isDraftOfUse() {
        DraftServiceDescribeResponse known = draft;
        return drafts != null
                && drafts.isReachable()
                && known != null
                && draftTerms.fingerprints().contains(known.getModel().getTokenizerFingerprint());
    }

    /** A pool's members answer in turn: what one says that another did not is a pool of unequal ones, or a roll-out. */
    private void warnOfChange(ModelDescription model) {
        String now = model.getName() + " tokenizer " + model.getTokenizerFingerprint() + " weights "
                + model.getWeightsFingerprint();
        if (!told.isEmpty() && !told.equals(now)) {
            LOG.atWarn()
                    .addKeyValue("before", told)
                    .addKeyValue("now", now)
                    .log("the pool's members are not equal: answers come from different models");
        }
        told = now;
        if (!hasOurTokenizer(model)) {
            LOG.atError()
                    .addKeyValue("target_fingerprint", model.getTokenizerFingerprint())
                    .addKeyValue("router_fingerprint", fingerprint)
                    .log("the target has another tokenizer than the router");
        }
    }

    private boolean hasOurTokenizer(ModelDescription model) {
        return model.getTokenizerFingerprint().equals(fingerprint);
    }

    /**
     * Returns the target's model.
     *
     * @param name that the request asks for; empty for the only one
     * @throws RequestException with NO_TARGET or MODEL_UNKNOWN
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
                            FailureCode.NO_TARGET,
                            "target %s has tokenizer %s, the router has %s"
                                    .formatted(model.getName(), model.getTokenizerFingerprint(), fingerprint))
                    .retryAfter(TRY_AGAIN)
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

    /** Returns what the target can do; all, where it has not said. */
    TargetAbilities abilities() {
        TargetServiceDescribeResponse known = target;
        return known != null && known.hasAbilities()
                ? new TargetAbilities(
                        known.getAbilities().getCacheStage(),
                        known.getAbilities().getOriginalPositions())
                : TargetAbilities.ALL;
    }

    /** Returns whether the target has a use for lookahead; it has, where it has not said. */
    boolean verifiesLookahead() {
        TargetServiceDescribeResponse known = target;
        return known == null || !known.hasAbilities() || known.getAbilities().getLookaheadVerification();
    }

    /**
     * Returns normally if the target holds answers to a form.
     *
     * @throws RequestException naming the field
     */
    void requireResponseFormats() {
        TargetServiceDescribeResponse known = target;
        if (known == null || !known.getAbilities().getResponseFormat()) {
            throw ResponseFormats.refused(known == null ? "" : known.getModel().getName());
        }
    }

    /** Returns whether the draft is connected, but answers no question any more. */
    boolean isDraftSilent() {
        return drafts != null && drafts.isSilent();
    }

    boolean knowsTarget() {
        return target != null;
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
