package io.speckv.enginetarget.dialect;

/**
 * A sampling setting that a kind of engine cannot follow.
 *
 * @param field among the sampling settings, such as {@code top_k}
 * @param rule that a valid value would follow, such as "must be at most 2"
 */
public record Limitation(String field, String rule) {
    /** A field that the engine does not know at all. */
    static Limitation unknown(String field) {
        return new Limitation(field, "must be unset");
    }
}
