package io.speckv.engine.generate;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Methods;
import java.util.LinkedHashMap;
import java.util.Map;

/** Our settings of what a press of kvpress does. */
final class KvpressCounterpart {
    private static final String CAPACITY = "max_capacity_prompt";
    private static final String WINDOW = "window_size";

    private KvpressCounterpart() {}

    /** Returns the policy that is nearest to the press; its settings are the press's own wherever we have them. */
    static CachePolicy of(KvpressRecord record, KvpressRecord.Run run) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put(CAPACITY, record.budget());
        String method = switch (run.press()) {
            case "snapkv" -> snapKv(settings, record);
            case "pyramidkv" -> pyramidKv(settings, record, run.settings());
            case "adakv" -> adaKv(settings, record, run.settings());
            case "streamingllm" -> {
                settings.put("sink_tokens", run.settings().get("n_sink").asInt());
                yield "streaming";
            }
            case "tova" -> "tova";
            case "observed" -> {
                settings.put("recent_tokens", 1);
                settings.put("per_visible_query", true);
                yield "h2o";
            }
            default -> throw new IllegalArgumentException(run.press());
        };
        return Methods.of(method, settings).cache();
    }

    /** Returns our method of that name as it is by default, with the same budget and window. */
    static CachePolicy byDefault(KvpressRecord record, KvpressRecord.Run run) {
        Map<String, Object> budget = Map.of(CAPACITY, record.budget());
        Map<String, Object> budgetAndWindow = Map.of(CAPACITY, record.budget(), WINDOW, record.window());
        return switch (run.press()) {
            case "snapkv", "pyramidkv" ->
                Methods.of(run.press(), budgetAndWindow).cache();
            case "adakv" -> Methods.of("ada-snapkv", budgetAndWindow).cache();
            case "streamingllm" -> Methods.of("streaming", budget).cache();
            case "tova" -> Methods.of("tova", budget).cache();
            case "observed" -> Methods.of("h2o", budget).cache();
            default -> throw new IllegalArgumentException(run.press());
        };
    }

    /** Whether a pyramid is none: kvpress gives every layer the same where the last would have less than the window. */
    static boolean isFlat(KvpressRecord record, JsonNode settings) {
        return record.budget() < record.window() * settings.get("beta").asInt();
    }

    private static String snapKv(Map<String, Object> settings, KvpressRecord record) {
        settings.put(WINDOW, record.window());
        settings.put("kernel_size", record.kernel());
        settings.put("pool_type", "mean");
        return "snapkv";
    }

    /**
     * The steepness at which our last layer, window included, has what the last of kvpress has: rounded, and where that is the
     * window alone, with one pair beside it.
     */
    private static String pyramidKv(Map<String, Object> settings, KvpressRecord record, JsonNode theirs) {
        snapKv(settings, record);
        if (isFlat(record, theirs)) {
            return "snapkv";
        }
        int last = record.budget() / theirs.get("beta").asInt();
        settings.put("beta", (record.budget() - record.window()) / Math.max(1, last - record.window()));
        return "pyramidkv";
    }

    private static String adaKv(Map<String, Object> settings, KvpressRecord record, JsonNode theirs) {
        snapKv(settings, record);
        settings.put("head_floor", theirs.get("alpha_safeguard").asDouble());
        return "ada-snapkv";
    }
}
