package io.speckv.cascade;

/**
 * What a target can do besides reading prompts and answering.
 *
 * @param evicts whether it drops KV pairs
 * @param originalPositions whether it reads tokens at the positions that they had before others were dropped
 */
public record TargetAbilities(boolean evicts, boolean originalPositions) {
    /** Those of this project's own target. */
    public static final TargetAbilities ALL = new TargetAbilities(true, true);
}
