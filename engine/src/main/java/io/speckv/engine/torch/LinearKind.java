package io.speckv.engine.torch;

/** How the weight of a linear layer lies in memory; layers.py multiplies by each. */
enum LinearKind {
    /** As stored, in the format of the activations. */
    PLAIN,
    /** In oneDNN's blocked order, in the format of the activations. */
    BLOCKED,
    /** In bf16 as stored, widened to float32 as it is multiplied. */
    NARROW,
    /** In int8 in oneDNN's order, mixed by a Hadamard matrix as activations are, which have 8 bits, or 16 where uneven. */
    BLOCKED_INT8,
    /** In int8 by rows, widened to float32 as it is multiplied. */
    NARROW_INT8;

    /** Whether a layer is a copy of the matrix that it is made of. */
    boolean isRearranged() {
        return this != PLAIN && this != NARROW;
    }

    boolean isInt8() {
        return this == BLOCKED_INT8 || this == NARROW_INT8;
    }
}
