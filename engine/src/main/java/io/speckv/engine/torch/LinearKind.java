package io.speckv.engine.torch;

/** How the weight of a linear layer lies in memory. linears.py lays it out and multiplies by it. */
enum LinearKind {
    /** As stored, in the format of the activations. */
    PLAIN("plain"),
    /** In oneDNN's blocked order, in the format of the activations. */
    BLOCKED("blocked"),
    /** For bf16: in FBGEMM's order as fp16, which holds the same numbers; activations are float32. */
    HALF("half"),
    /** For bf16: as stored, widened to float32 as it is multiplied. */
    NARROW("narrow"),
    /**
     * For int8: in oneDNN's order. A Hadamard matrix mixes weights and activations. Activations have 8 bits, or 16 if
     * uneven.
     */
    BLOCKED_INT8("blocked int8"),
    /** For int8: in FBGEMM's order, mixed in the same way; activations have 14 bits. */
    PACKED_INT8("packed int8"),
    /** For int8: by rows, widened to float32 as it is multiplied. */
    NARROW_INT8("narrow int8");

    private final String word;

    LinearKind(String word) {
        this.word = word;
    }

    /** Returns the graph's name of the kind. */
    String word() {
        return word;
    }

    /** Returns whether a layer is a copy of the matrix that it is made from. */
    boolean isRearranged() {
        return this != PLAIN && this != NARROW;
    }

    boolean isInt8() {
        return this == BLOCKED_INT8 || this == PACKED_INT8 || this == NARROW_INT8;
    }

    /** Returns whether a Hadamard matrix mixes weights and activations. */
    boolean mixes() {
        return this == BLOCKED_INT8 || this == PACKED_INT8;
    }

    /** Returns whether the two matrices of a gated MLP form one layer, so that their input rows are prepared only once. */
    boolean joinsGates() {
        return this == HALF || this == BLOCKED_INT8 || this == PACKED_INT8;
    }
}
