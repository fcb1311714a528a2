package io.speckv.enginetarget.dialect;

/**
 * A field of a request that a kind of engine cannot do as it is asked for.
 *
 * @param field among the sampling settings, such as {@code top_k}
 * @param rule what would be right, such as "must be at most 2"
 */
public record Limitation(String field, String rule) {
    /** A field that the engine does not know at all. */
    static Limitation unknown(String field) {
        return new Limitation(field, "must be unset");
    }
}
