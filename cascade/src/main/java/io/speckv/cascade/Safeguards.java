package io.speckv.cascade;

import io.speckv.selection.ProtectedTokens;

/**
 * What a choice of tokens by their scores must not do.
 *
 * @param protectedTokens that it must not drop; no more than the method's budget holds
 * @param wholeOnCollapse whether a choice that looks wrong gives way to the whole prompt, where the target reads so much
 */
public record Safeguards(ProtectedTokens protectedTokens, boolean wholeOnCollapse) {
    /** The scores decide everything. */
    public static final Safeguards NONE = new Safeguards(ProtectedTokens.NONE, false);
}
