package io.speckv.engine.generate;

import java.util.LinkedHashMap;
import java.util.Map;

/** Nanoseconds of each stage of a request, by the stage's name in traces and metrics. */
public record StageNanos(Map<String, Long> byStage) {
    static StageNanos of(DraftReading draft, long select, Prefilled.Nanos prefill, long decode) {
        Map<String, Long> stages = new LinkedHashMap<>();
        stages.put("draft.prefill", draft.prefillNanos());
        stages.put("draft.lookahead", draft.lookaheadNanos());
        stages.put("select", select);
        stages.put("target.prefill", prefill.prefill());
        stages.put("target.evict", prefill.evict());
        stages.put("target.verify", prefill.verify());
        stages.put("target.decode", decode);
        return new StageNanos(stages);
    }

    /** Returns the time until the first token: all stages but decoding. */
    public long untilFirstToken() {
        return total() - byStage.getOrDefault("target.decode", 0L);
    }

    /** Returns the time of all stages together. */
    public long total() {
        return byStage.values().stream().mapToLong(Long::longValue).sum();
    }
}
