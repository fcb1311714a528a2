package io.speckv.cascade;

/** Why a request is without its draft. */
public enum DraftLoss {
    /** No draft could be reached, or it went away. */
    UNAVAILABLE,
    /** It did not answer in time. */
    TIMEOUT,
    /** It was too busy to take the request. */
    OVERLOADED,
    /** It answered with an error. */
    FAILED,
    /** Its scores or tokens are unusable. */
    RESULT_INVALID,
    /** The prompt is longer than it takes. */
    PROMPT_TOO_LONG,
    /** Its tokenizer is not the one that the caller knows. */
    OTHER_TOKENIZER
}
