package io.speckv.engine.torch;

/** How the weight of a linear layer lies in memory; linears.py lays it out and multiplies by it. */
enum LinearKind {
    /** As stored, in the format of the activations. */
    PLAIN("plain"),
    /** In oneDNN's blocked order, in the format of the activations. */
    BLOCKED("blocked"),
    /** In bf16 as fp16 in FBGEMM's order, which holds the same numbers; activations are float32. */
    HALF("half"),
    /** In bf16 as stored, widened to float32 as it is multiplied. */
    NARROW("narrow"),
    /** In int8 in oneDNN's order, mixed by a Hadamard matrix as activations are, which have 8 bits, or 16 where uneven. */
    BLOCKED_INT8("blocked int8"),
    /** In int8 in FBGEMM's order, mixed likewise; activations have 14 bits. */
    PACKED_INT8("packed int8"),
    /** In int8 by rows, widened to float32 as it is multiplied. */
    NARROW_INT8("narrow int8");

    private final String word;

    LinearKind(String word) {
        this.word = word;
    }

    /** The graph's name of the kind. */
    String word() {
        return word;
    }

    /** Whether a layer is a copy of the matrix that it is made of. */
    boolean isRearranged() {
        return this != PLAIN && this != NARROW;
    }

    boolean isInt8() {
        return this == BLOCKED_INT8 || this == PACKED_INT8 || this == NARROW_INT8;
    }

    /** Whether weights and activations are mixed by a Hadamard matrix. */
    boolean mixes() {
        return this == BLOCKED_INT8 || this == PACKED_INT8;
    }

    /** Whether the two matrices of a gated MLP are one layer, whose rows are made ready once. */
    boolean joinsGates() {
        return this == HALF || this == BLOCKED_INT8 || this == PACKED_INT8;
    }
}
