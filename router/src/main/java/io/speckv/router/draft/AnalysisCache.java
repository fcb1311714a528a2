package io.speckv.router.draft;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.speckv.kit.telemetry.Metric;
import io.speckv.kit.telemetry.Metrics;
import io.speckv.proto.v1.AnalyseResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers what drafts said of prompts, so that asking about the same prompt again costs the draft nothing. This helps
 * retries, regenerations, other budgets, and old turns that stay as they were kept. The key is everything that was asked (every
 * token, how scores are made, how many lookahead tokens, where they stop) and who analysed ({@link DraftPlan#analysedBy}).
 * Scores come from the attention of the prompt's last tokens, so another question about the same document has another key. The
 * cache holds digests of prompts with their scores and lookahead, but no text. It is bounded in bytes and drops the least
 * recently used entry first. Thread-safe.
 */
public final class AnalysisCache {
    private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("speckv.cache.outcome");
    /** Bytes of one entry besides its messages: the digest and the nodes of the map and the list. */
    private static final int ENTRY_BYTES = 256;

    private final long most;
    private final Metrics metrics;
    private final Map<ByteString, Analysis> analyses = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record Analysis(List<AnalyseResponse> messages, long bytes) {}

    /** @param most bytes that the cache holds; 0 keeps nothing */
    public AnalysisCache(long most, Metrics metrics) {
        this.most = most;
        this.metrics = metrics;
        count("hit", 0);
        count("miss", 0);
    }

    /** Returns the messages of a stored analysis, without the times of its stages. */
    public Optional<List<AnalyseResponse>> find(DraftPlan plan) {
        if (!takes(plan)) {
            return Optional.empty();
        }
        Analysis known = lookUp(key(plan));
        count(known == null ? "miss" : "hit", 1);
        return Optional.ofNullable(known).map(Analysis::messages);
    }

    private synchronized @Nullable Analysis lookUp(ByteString key) {
        return analyses.get(key);
    }

    /** Keeps a complete analysis, if there is room for it. */
    void keep(DraftPlan plan, List<AnalyseResponse> messages) {
        if (!takes(plan)) {
            return;
        }
        long size =
                messages.stream().mapToLong(AnalyseResponse::getSerializedSize).sum() + ENTRY_BYTES;
        if (size <= most) {
            put(key(plan), new Analysis(List.copyOf(messages), size));
        }
    }

    private synchronized void put(ByteString key, Analysis analysis) {
        Analysis before = analyses.put(key, analysis);
        bytes += analysis.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Analysis> eldest = analyses.values().iterator();
        while (bytes > most) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }

    /** Returns whether analyses of this plan are kept. A draft that does not name its weights may have others tomorrow. */
    boolean takes(DraftPlan plan) {
        return most > 0 && !plan.analysedBy().isEmpty();
    }

    private static ByteString key(DraftPlan plan) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(plan.analysedBy().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return ByteString.copyFrom(digest.digest(plan.request().toByteArray()));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private void count(String outcome, int prompts) {
        metrics.add(Metric.ANALYSES, prompts, Attributes.of(OUTCOME, outcome));
    }

    /** Returns the bytes in use. */
    public synchronized long bytes() {
        return bytes;
    }
}
