package io.speckv.http.answer;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.util.Durations;
import io.speckv.http.request.OfferedTools;
import io.speckv.proto.v1.Collapse;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.KvLayerUsage;
import io.speckv.proto.v1.KvUsage;
import io.speckv.proto.v1.LookaheadUsage;
import io.speckv.proto.v1.ProtectedPart;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenUsage;
import java.util.List;
import java.util.Locale;

/** The {@code speckv} and {@code usage} objects of answers. */
public final class Reports {
    private static final double NANOS_PER_MILLI = 1e6;

    private Reports() {}

    /**
     * Returns OpenAI's usage; the number of kept tokens is among the prompt's details.
     *
     * @param choices of all prompts; those of one prompt are neighbours
     * @param perPrompt number of choices of one prompt, whose tokens count once
     */
    static ObjectNode usage(List<ReadChoice> choices, int perPrompt) {
        int prompt = 0;
        int kept = 0;
        int cached = 0;
        int generated = 0;
        int reasoning = 0;
        for (int i = 0; i < choices.size(); i++) {
            TokenUsage usage = choices.get(i).finished().getUsage();
            prompt += i % perPrompt == 0 ? usage.getPromptTokenCount() : 0;
            kept += i % perPrompt == 0 ? usage.getKeptTokenCount() : 0;
            cached += i % perPrompt == 0 ? usage.getCachedTokenCount() : 0;
            generated += usage.getGeneratedTokenCount();
            reasoning += choices.get(i).reasoningTokens();
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("prompt_tokens", prompt).put("completion_tokens", generated).put("total_tokens", prompt + generated);
        json.putObject("prompt_tokens_details").put("cached_tokens", cached).put("kept_tokens", kept);
        json.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
        return json;
    }

    /** Returns figures of one choice's generation. */
    static ObjectNode generation(ReadChoice choice, OfferedTools tools) {
        GenerateStarted started = choice.started();
        GenerateFinished finished = choice.finished();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("request_id", started.getRequestId());
        putTrace(json, started.getTraceId());
        compression(json, finished.getCompression());
        json.put("prompt_tokens", finished.getUsage().getPromptTokenCount())
                .put("kept_tokens", finished.getUsage().getKeptTokenCount());
        if (!finished.getMatchedStop().isEmpty()) {
            json.put("matched_stop", finished.getMatchedStop());
        }
        if (tools.required()) {
            // Nothing forces the model to complete a call whose beginning it was given.
            json.putObject("tool_choice")
                    .put("asked", tools.tool().isEmpty() ? "required" : tools.tool())
                    .put("met", choice.hasCallsAsAsked());
        }
        if (choice.droppedCalls() > 0) {
            json.put("dropped_tool_calls", choice.droppedCalls());
        }
        if (choice.brokenCalls() > 0) {
            json.put("broken_tool_calls", choice.brokenCalls());
        }
        json.set("timings", timings(finished.getTimingsList()));
        return json;
    }

    public static void putTrace(ObjectNode json, String traceId) {
        json.put("trace_id", traceId.isEmpty() ? null : traceId);
    }

    /** Adds the figures of the compression. */
    public static void compression(ObjectNode json, CompressionReport report) {
        json.put("requested_method", report.getRequestedMethod()).put("method", report.getAppliedMethod());
        json.put("preset", report.getPreset().isEmpty() ? null : report.getPreset());
        json.put(
                "fallback_reason",
                report.getFallbackReason() == FallbackReason.FALLBACK_REASON_UNSPECIFIED
                        ? null
                        : name(report.getFallbackReason(), "FALLBACK_REASON_"));
        json.put("target_attempts", report.getTargetAttemptCount());
        protection(json, report);
        if (report.getKeptPositionsCount() > 0) {
            ArrayNode kept = json.putArray("kept_positions");
            report.getKeptPositionsList().forEach(kept::add);
        }
        if (report.hasKv()) {
            json.set("kv", kv(report.getKv()));
        }
        if (report.hasLookahead()) {
            LookaheadUsage lookahead = report.getLookahead();
            json.putObject("lookahead")
                    .put("received_tokens", lookahead.getReceivedTokenCount())
                    .put("accepted_tokens", lookahead.getAcceptedTokenCount())
                    .put("arrived_late", lookahead.getArrivedLate())
                    .put("full_cache_tokens", lookahead.getFullCacheTokenCount());
        }
    }

    /** Adds the protected tokens, and warnings about a choice that looks wrong. */
    private static void protection(ObjectNode json, CompressionReport report) {
        json.put("protected_tokens", report.getProtectedTokenCount());
        if (report.getFrozenTokenCount() > 0) {
            json.put("frozen_tokens", report.getFrozenTokenCount());
        }
        if (report.getRecentTokenCount() > 0) {
            json.put("recent_tokens", report.getRecentTokenCount());
        }
        if (report.getMarkTokenCount() > 0) {
            json.put("mark_tokens", report.getMarkTokenCount());
        }
        if (report.getProtectedPartsCount() > 0) {
            ArrayNode parts = json.putArray("protected_parts");
            for (ProtectedPart part : report.getProtectedPartsList()) {
                ObjectNode one = parts.addObject().put("part", part.getPart());
                if (part.hasMessage()) {
                    one.put("message", part.getMessage());
                }
                one.put("tokens", part.getTokenCount()).put("compressed", part.getCompressed());
            }
        }
        json.put(
                "collapse",
                report.getCollapse() == Collapse.COLLAPSE_UNSPECIFIED ? null : name(report.getCollapse(), "COLLAPSE_"));
    }

    private static ObjectNode kv(KvUsage usage) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("kept_bytes", usage.getKeptBytes()).put("full_bytes", usage.getFullBytes());
        ArrayNode layers = json.putArray("kept_per_head");
        boolean positions = false;
        for (KvLayerUsage layer : usage.getLayersList()) {
            ArrayNode heads = layers.addArray();
            layer.getHeadsList().forEach(head -> heads.add(head.getKeptTokenCount()));
            positions |= layer.getHeadsList().stream().anyMatch(head -> head.getKeptPositionsCount() > 0);
        }
        if (positions) {
            ArrayNode places = json.putArray("positions_per_head");
            for (KvLayerUsage layer : usage.getLayersList()) {
                ArrayNode heads = places.addArray();
                layer.getHeadsList().forEach(head -> {
                    ArrayNode kept = heads.addArray();
                    head.getKeptPositionsList().forEach(kept::add);
                });
            }
        }
        return json;
    }

    /** Returns when each stage ran, in milliseconds since the router took the request. */
    public static ArrayNode timings(List<StageTiming> timings) {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        timings.forEach(timing -> json.addObject()
                .put("stage", name(timing.getStage(), "STAGE_"))
                .put("start_ms", Durations.toNanos(timing.getStartOffset()) / NANOS_PER_MILLI)
                .put("elapsed_ms", Durations.toNanos(timing.getElapsed()) / NANOS_PER_MILLI)
                .put("tokens", timing.getTokenCount()));
        return json;
    }

    private static String name(Enum<?> constant, String prefix) {
        String name = constant.name();
        return (name.startsWith(prefix) ? name.substring(prefix.length()) : name).toLowerCase(Locale.ROOT);
    }
}
