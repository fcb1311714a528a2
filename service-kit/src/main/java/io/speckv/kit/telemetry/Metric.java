package io.speckv.kit.telemetry;

import java.util.List;

/**
 * Every metric. Names are those of the GenAI and RPC semantic conventions if they exist, and begin with "speckv." otherwise.
 */
public enum Metric {
    REQUEST_DURATION("gen_ai.server.request.duration", "s", Kind.HISTOGRAM, "Time from request to last token"),
    TIME_TO_FIRST_TOKEN("gen_ai.server.time_to_first_token", "s", Kind.HISTOGRAM, "Time from request to first token"),
    TIME_PER_OUTPUT_TOKEN("gen_ai.server.time_per_output_token", "s", Kind.HISTOGRAM, "Time per token after the first"),
    TOKEN_USAGE("gen_ai.client.token.usage", "{token}", Kind.HISTOGRAM, "Tokens of a request, by gen_ai.token.type"),
    RPC_DURATION("rpc.server.call.duration", "s", Kind.HISTOGRAM, "Time of a call, by method and status"),
    STAGE_DURATION("speckv.stage.duration", "s", Kind.HISTOGRAM, "Time of a stage"),
    KEPT_RATIO("speckv.kept.ratio", "1", Kind.HISTOGRAM, "Share of the prompt's tokens that reached the target"),
    KV_KEPT_BYTES("speckv.kv.kept", "By", Kind.HISTOGRAM, "Bytes of a request's KV cache after eviction"),
    LOOKAHEAD_RECEIVED("speckv.lookahead.received", "{token}", Kind.COUNTER, "Draft tokens that reached the target"),
    LOOKAHEAD_ACCEPTED("speckv.lookahead.accepted", "{token}", Kind.COUNTER, "Draft tokens the target agreed with"),
    LOOKAHEAD_RIGHT(
            "speckv.lookahead.right",
            "{token}",
            Kind.HISTOGRAM,
            "Tokens before the first that the target would not choose greedily, of lookahead of 8 tokens or more"),
    PREFIX_PROMPT("speckv.prefix.prompt", "{token}", Kind.COUNTER, "Prompt tokens read, reused ones included"),
    PREFIX_REUSED("speckv.prefix.reused", "{token}", Kind.COUNTER, "Prompt tokens found in the prefix cache"),
    PREFIX_BYTES("speckv.prefix.bytes", "By", Kind.GAUGE, "Bytes of keys and values in the prefix cache"),
    ANALYSES("speckv.analyses", "{prompt}", Kind.COUNTER, "Prompts looked up in the analysis cache, by outcome"),
    ANALYSIS_BYTES("speckv.analysis.bytes", "By", Kind.GAUGE, "Bytes of scores and lookahead in the analysis cache"),
    FALLBACKS("speckv.fallbacks", "{request}", Kind.COUNTER, "Requests answered by another method, by reason"),
    COLLAPSES("speckv.collapses", "{request}", Kind.COUNTER, "Requests whose choice of tokens looks wrong, by reason"),
    MODEL_READY("speckv.model.ready", "{model}", Kind.GAUGE, "Whether a model can be asked now: 1 or 0, by model"),
    SETTINGS_RELOADS("speckv.settings.reloads", "{file}", Kind.COUNTER, "Changed settings files, by outcome"),
    SETTINGS_REFUSED(
            "speckv.settings.refused",
            "{file}",
            Kind.GAUGE,
            "Whether the settings file cannot be used as it is: 1 or 0"),
    PEER_UNREACHABLE("speckv.peer.unreachable", "{event}", Kind.COUNTER, "Times a pool became unreachable, by cause"),
    PEER_INVALID("speckv.peer.invalid", "{message}", Kind.COUNTER, "Messages of a peer that break the protocol"),
    SHADOW_ANSWERS(
            "speckv.shadow.answers", "{answer}", Kind.COUNTER, "Answers compared with the full cache's, by outcome"),
    SHADOW_AGREED("speckv.shadow.agreed", "{token}", Kind.HISTOGRAM, "Tokens before the first that differs from it"),
    SHADOW_ROUGE_L(
            "speckv.shadow.rouge_l", "1", Kind.HISTOGRAM, "ROUGE-L of an answer and the full cache's, in tokens"),
    CANCEL_DURATION("speckv.cancel.duration", "s", Kind.HISTOGRAM, "Time from a cancel to the end of its work"),
    QUEUE_DEPTH("speckv.queue.depth", "{request}", Kind.GAUGE, "Requests that wait"),
    QUEUE_TOKENS("speckv.queue.tokens", "{token}", Kind.GAUGE, "Prompt tokens that wait"),
    SLOTS_USED("speckv.slots.used", "{slot}", Kind.GAUGE, "Cache slots in use"),
    SLOTS_LIMIT("speckv.slots.limit", "{slot}", Kind.GAUGE, "Cache slots there are");

    enum Kind {
        HISTOGRAM,
        COUNTER,
        GAUGE
    }

    private static final List<Double> SECONDS =
            List.of(.001, .002, .005, .01, .025, .05, .1, .25, .5, 1., 2.5, 5., 10., 30., 60., 120.);
    private static final List<Double> RATIO = List.of(.005, .01, .02, .05, .1, .2, .3, .5, .75, 1.);
    private static final List<Double> COUNT =
            List.of(1., 4., 16., 64., 256., 1024., 4096., 16384., 65536., 262144., 1048576.);
    private static final List<Double> BYTES = List.of(1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11);

    private final String key;
    private final String unit;
    private final Kind kind;
    private final String description;

    Metric(String key, String unit, Kind kind, String description) {
        this.key = key;
        this.unit = unit;
        this.kind = kind;
        this.description = description;
    }

    /** Returns the OpenTelemetry name. */
    public String key() {
        return key;
    }

    public String unit() {
        return unit;
    }

    public String description() {
        return description;
    }

    Kind kind() {
        return kind;
    }

    List<Double> buckets() {
        return switch (unit) {
            case "s" -> SECONDS;
            case "1" -> RATIO;
            case "By" -> BYTES;
            default -> COUNT;
        };
    }
}
