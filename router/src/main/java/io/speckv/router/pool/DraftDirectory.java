package io.speckv.router.pool;

import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.proto.v1.DraftServiceDescribeRequest;
import io.speckv.proto.v1.DraftServiceDescribeResponse;
import io.speckv.proto.v1.DraftServiceGrpc;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the draft last said about itself, and whether it can be asked now. Thread-safe. */
public final class DraftDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DraftDirectory.class);

    private final Terms terms;
    private final @Nullable PeerWatch<DraftServiceDescribeResponse> drafts;
    private volatile @Nullable DraftServiceDescribeResponse draft;
    private String told = "";

    /**
     * What the router needs from its draft.
     *
     * @param model that it drafts for, for logs
     * @param fingerprints of the tokenizers that it may have
     * @param needed whether requests that set neither method nor fallback fail without it
     */
    public record Terms(String model, Set<String> fingerprints, boolean needed) {}

    /**
     * @param drafts null where there is no draft
     * @param every how often it is asked
     */
    public DraftDirectory(
            @Nullable ServiceChannel drafts,
            Terms terms,
            Duration every,
            Metrics metrics,
            ScheduledExecutorService timer) {
        this.terms = terms;
        if (drafts == null) {
            this.drafts = null;
            return;
        }
        var stub = DraftServiceGrpc.newStub(drafts.channel());
        this.drafts = new PeerWatch<>(
                "draft",
                terms.model(),
                drafts,
                (within, answer) -> stub.withDeadlineAfter(within)
                        .describe(DraftServiceDescribeRequest.getDefaultInstance(), answer),
                every,
                metrics,
                timer);
    }

    /**
     * Begins to ask the draft what it serves.
     *
     * @param changed runs when the draft's description or state may have changed
     */
    public void start(Runnable changed) {
        if (drafts != null) {
            drafts.start(
                    described -> {
                        warn(described.getModel().getTokenizerFingerprint());
                        draft = described;
                        changed.run();
                    },
                    changed);
        }
    }

    private void warn(String fingerprint) {
        if (!fingerprint.equals(told) && !terms.fingerprints().contains(fingerprint)) {
            LOG.atError()
                    .addKeyValue("model", terms.model())
                    .addKeyValue("draft_fingerprint", fingerprint)
                    .addKeyValue("known_fingerprints", terms.fingerprints())
                    .log("the draft has a tokenizer that the router does not know: requests go without it");
        }
        told = fingerprint;
    }

    /** Returns the draft's description; empty while there is none. */
    public Optional<DraftServiceDescribeResponse> draft() {
        return Optional.ofNullable(draft);
    }

    /** Returns why the draft no longer answers questions, as far as is known; empty if it does, or never has. */
    Optional<String> silence() {
        return drafts != null && drafts.isSilent() ? Optional.of(drafts.why()) : Optional.empty();
    }

    /** Returns why the draft cannot be reached, as far as is known, in words that name no address; empty if it can be. */
    String why() {
        return drafts == null ? "" : drafts.why();
    }

    /** Returns whether requests fail now because no draft can be used. */
    boolean isMissed() {
        return terms.needed() && !isOfUse();
    }

    /** Returns whether a draft can be used now. */
    public boolean isOfUse() {
        DraftServiceDescribeResponse known = draft;
        return drafts != null
                && drafts.isReachable()
                && known != null
                && terms.fingerprints().contains(known.getModel().getTokenizerFingerprint());
    }
}
