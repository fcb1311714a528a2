package io.speckv.cascade;

/**
 * What a target can do besides reading prompts and answering.
 *
 * @param evicts whether it can drop KV pairs
 * @param originalPositions whether it can read tokens at the positions that they had before others were dropped
 */
public record TargetAbilities(boolean evicts, boolean originalPositions) {
    /** What this project's own target can do. */
    public static final TargetAbilities ALL = new TargetAbilities(true, true);
}
