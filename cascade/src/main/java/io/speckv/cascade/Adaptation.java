package io.speckv.cascade;

/** Why a method is applied in another way than the request asked for, although nothing went wrong. */
public enum Adaptation {
    /** The prompt is too short to be worth compressing. */
    SHORT_PROMPT,
    /** The target keeps every KV pair. */
    NO_CACHE_STAGE,
    /** The target cannot read tokens at their old positions. */
    NO_ORIGINAL_POSITIONS
}
