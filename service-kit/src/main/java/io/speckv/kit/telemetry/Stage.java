package io.speckv.kit.telemetry;

/** The stages of a request, in the order in which they usually begin, with their span names, metric labels and wire values. */
public enum Stage {
    TOKENIZE("tokenize"),
    DRAFT_QUEUE("draft.queue"),
    DRAFT_PREFILL("draft.prefill"),
    DRAFT_LOOKAHEAD("draft.lookahead"),
    SELECT("select"),
    TARGET_QUEUE("target.queue"),
    TARGET_PREFILL("target.prefill"),
    TARGET_EVICT("target.evict"),
    TARGET_VERIFY("target.verify"),
    TARGET_DECODE("target.decode");

    private static final String WIRE_PREFIX = "STAGE_";

    private final String label;

    Stage(String label) {
        this.label = label;
    }

    /** Returns the name of the stage's spans, which is also its label in metrics. */
    public String label() {
        return label;
    }

    io.speckv.proto.v1.Stage toProto() {
        return io.speckv.proto.v1.Stage.valueOf(WIRE_PREFIX + name());
    }

    static boolean isKnown(io.speckv.proto.v1.Stage stage) {
        return stage != io.speckv.proto.v1.Stage.UNRECOGNIZED && stage != io.speckv.proto.v1.Stage.STAGE_UNSPECIFIED;
    }

    static Stage of(io.speckv.proto.v1.Stage stage) {
        return valueOf(stage.name().substring(WIRE_PREFIX.length()));
    }
}
