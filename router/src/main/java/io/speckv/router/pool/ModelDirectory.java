package io.speckv.router.pool;

import io.speckv.cascade.TargetAbilities;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.kit.wire.EngineOptionRules;
import io.speckv.kit.wire.ResponseFormats;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.EngineOptions;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.settings.RoutedModelSettings;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a pool of targets last said about itself, and whether it can be asked now, beside its draft. Thread-safe. */
public final class ModelDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(ModelDirectory.class);
    private static final Duration TRY_AGAIN = Duration.ofSeconds(1);

    private final ModelTerms modelTerms;
    private final DraftDirectory drafts;
    private final PeerWatch<TargetServiceDescribeResponse> targets;
    private volatile @Nullable TargetServiceDescribeResponse target;
    private String told = "";

    /**
     * What the router needs from its target, and how it shows the model to clients.
     *
     * @param name of the model; empty for the one that the target gives it
     * @param pool of the model's targets; empty for the only one
     * @param fingerprint of the tokenizer that the target must have
     * @param limits of requests, besides the target's own
     */
    public record ModelTerms(String name, String pool, String fingerprint, RoutedModelSettings.Limits limits) {
        /** Returns the pool's name for logs. */
        private String label() {
            return pool.isEmpty() ? name : name + "/" + pool;
        }

        private ModelDescription shown(ModelDescription model) {
            ModelDescription.Builder shown = model.toBuilder();
            if (!name.isEmpty()) {
                shown.setName(name);
            }
            if (limits.promptTokens() != null) {
                shown.setMaxPromptTokenCount(Math.min(model.getMaxPromptTokenCount(), limits.promptTokens()));
            }
            if (limits.newTokens() != null) {
                shown.setMaxNewTokenCount(Math.min(model.getMaxNewTokenCount(), limits.newTokens()));
            }
            return shown.build();
        }
    }

    /**
     * @param every how often the targets are asked
     */
    public ModelDirectory(
            ServiceChannel targets,
            DraftDirectory drafts,
            ModelTerms modelTerms,
            Duration every,
            Metrics metrics,
            ScheduledExecutorService timer) {
        this.modelTerms = modelTerms;
        this.drafts = drafts;
        var stub = TargetServiceGrpc.newStub(targets.channel());
        this.targets = new PeerWatch<>(
                "target",
                modelTerms.label(),
                targets,
                (within, answer) -> stub.withDeadlineAfter(within)
                        .describe(TargetServiceDescribeRequest.getDefaultInstance(), answer),
                every,
                metrics,
                timer);
    }

    /**
     * Begins to ask targets and draft what they serve.
     *
     * @param changed runs whenever {@link #trouble} may have changed
     */
    public void start(Runnable changed) {
        targets.start(
                described -> {
                    warnOfChange(described.getModel());
                    target = described.toBuilder()
                            .setModel(modelTerms.shown(described.getModel()))
                            .build();
                    changed.run();
                },
                changed);
    }

    /**
     * Returns why requests would not be served now; empty if they would be. They need a target with the router's tokenizer, and
     * a draft where one is required.
     */
    public String trouble() {
        TargetServiceDescribeResponse known = target;
        if (known == null) {
            return nobodyYet();
        }
        if (!hasOurTokenizer(known.getModel())) {
            return "the target has another tokenizer than the router";
        }
        if (!targets.isReachable()) {
            return "no target can be reached" + after(targets.why());
        }
        return drafts.isMissed() ? "no draft can be used, and requests fail without one" + after(drafts.why()) : "";
    }

    private String nobodyYet() {
        return "no target has described itself yet" + after(targets.why());
    }

    private static String after(String why) {
        return why.isEmpty() ? "" : ": " + why;
    }

    /** The pool's members answer by turns. If their descriptions differ, the members are unequal or a roll-out is under way. */
    private void warnOfChange(ModelDescription model) {
        String now = model.getName() + " tokenizer " + model.getTokenizerFingerprint() + " weights "
                + model.getWeightsFingerprint();
        if (!told.isEmpty() && !told.equals(now)) {
            LOG.atWarn()
                    .addKeyValue("model", modelTerms.label())
                    .addKeyValue("before", told)
                    .addKeyValue("now", now)
                    .log("the pool's members are not equal: answers come from different models");
        }
        told = now;
        if (!hasOurTokenizer(model)) {
            LOG.atError()
                    .addKeyValue("model", modelTerms.label())
                    .addKeyValue("target_fingerprint", model.getTokenizerFingerprint())
                    .addKeyValue("router_fingerprint", modelTerms.fingerprint())
                    .log("the target has another tokenizer than the router");
        }
    }

    private boolean hasOurTokenizer(ModelDescription model) {
        return model.getTokenizerFingerprint().equals(modelTerms.fingerprint());
    }

    /**
     * Returns the target's model.
     *
     * @throws RequestException with NO_TARGET
     */
    public ModelDescription target() {
        ModelDescription model = described()
                .orElseThrow(() ->
                        RequestException.of(FailureCode.NO_TARGET, nobodyYet()).retryAfter(TRY_AGAIN));
        if (!hasOurTokenizer(model)) {
            throw RequestException.of(
                            FailureCode.NO_TARGET,
                            "target %s has tokenizer %s, the router has %s"
                                    .formatted(
                                            model.getName(), model.getTokenizerFingerprint(), modelTerms.fingerprint()))
                    .retryAfter(TRY_AGAIN)
                    .with("target_fingerprint", model.getTokenizerFingerprint())
                    .with("router_fingerprint", modelTerms.fingerprint());
        }
        return model;
    }

    /** Returns how many lookahead tokens the target takes with a request; unlimited if the target does not say. */
    public int mostLookaheadTokens() {
        TargetServiceDescribeResponse known = target;
        return known != null && known.hasMaxLookaheadTokenCount()
                ? known.getMaxLookaheadTokenCount()
                : Integer.MAX_VALUE;
    }

    /** Returns what the target can do; everything if the target does not say. */
    public TargetAbilities abilities() {
        TargetServiceDescribeResponse known = target;
        return known != null && known.hasAbilities()
                ? new TargetAbilities(
                        known.getAbilities().getCacheStage(),
                        known.getAbilities().getOriginalPositions())
                : TargetAbilities.ALL;
    }

    /** Returns whether the target uses lookahead; true if the target does not say. */
    public boolean verifiesLookahead() {
        TargetServiceDescribeResponse known = target;
        return known == null || !known.hasAbilities() || known.getAbilities().getLookaheadVerification();
    }

    /**
     * Returns normally if the target can hold answers to a response format.
     *
     * @throws RequestException naming the field
     */
    public void requireResponseFormats() {
        TargetServiceDescribeResponse known = target;
        if (!takesResponseFormats()) {
            throw ResponseFormats.refused(known == null ? "" : known.getModel().getName());
        }
    }

    /** Returns whether the target can hold answers to a response format. */
    public boolean takesResponseFormats() {
        TargetServiceDescribeResponse known = target;
        return known != null && known.getAbilities().getResponseFormat();
    }

    /**
     * Returns normally if the target's engine honours these options.
     *
     * @throws RequestException naming the field
     */
    public void require(EngineOptions options) {
        TargetServiceDescribeResponse known = target;
        TargetServiceDescribeResponse told = known == null ? TargetServiceDescribeResponse.getDefaultInstance() : known;
        EngineOptionRules.require(options, told.getAbilities(), told.getModel().getName());
    }

    /** Returns why the draft no longer answers questions, as far as is known; empty if it does, or never has. */
    public Optional<String> draftSilence() {
        return drafts.silence();
    }

    /** Returns the target's model as it last described itself; empty before that. */
    public Optional<ModelDescription> described() {
        return Optional.ofNullable(target).map(TargetServiceDescribeResponse::getModel);
    }

    /** Returns the draft's description; empty while there is none. */
    public Optional<DraftServiceDescribeResponse> draft() {
        return drafts.draft();
    }
}
