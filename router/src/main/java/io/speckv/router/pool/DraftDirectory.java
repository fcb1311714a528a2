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
     * What the router needs of its draft.
     *
     * @param model that it drafts for, for logs
     * @param fingerprints of the tokenizers that it may have
     * @param needed whether requests that say nothing of method and fallback fail without it
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
     * Begins to ask.
     *
     * @param changed runs when something is known anew
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

    /** Returns what the draft said; nothing while there is none. */
    public Optional<DraftServiceDescribeResponse> draft() {
        return Optional.ofNullable(draft);
    }

    /** Returns whether the draft is connected, but answers no question any more. */
    boolean isSilent() {
        return drafts != null && drafts.isSilent();
    }

    /** Returns whether requests fail because there is no draft that could be used now. */
    boolean isMissed() {
        return terms.needed() && !isOfUse();
    }

    /** Returns whether there is a draft that could be used now. */
    public boolean isOfUse() {
        DraftServiceDescribeResponse known = draft;
        return drafts != null
                && drafts.isReachable()
                && known != null
                && terms.fingerprints().contains(known.getModel().getTokenizerFingerprint());
    }
}
