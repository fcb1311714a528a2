package io.speckv.cascade;

/** Why a request fails, or its draft does. */
public sealed interface Failure {
    /** The draft's part cannot be had, and the fallback does not help. */
    record WithoutDraft(DraftLoss why, String message) implements Failure {}

    /** The target drops no KV pairs, the method does nothing else, and the fallback allows no other. */
    record NoCacheStage(String method) implements Failure {}

    /**
     * What is kept of the prompt is more than the target reads.
     *
     * @param promptTokens before any was dropped
     */
    record PromptTooLong(int promptTokens, int keptTokens, int most) implements Failure {}

    /**
     * The target alone has no room for the prompt, and a draft that would shorten it cannot be had.
     *
     * @param why the draft has no part in it
     * @param limit what the prompt exceeds, such as "has 9012 tokens, the target reads at most 8192"
     */
    record NeedsDraft(DraftLoss why, String limit) implements Failure {}

    /**
     * The target's call failed.
     *
     * @param generatedTokens that came before
     */
    record TargetFailed(Throwable cause, int generatedTokens) implements Failure {}

    /** The request itself cannot be served, or whoever runs it stops. */
    record Refused(Throwable cause) implements Failure {}
}
