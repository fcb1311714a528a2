package io.speckv.cascade;

/** Why a request or its draft fails. */
public sealed interface Failure {
    /** The draft's part of the work is missing, and the fallback does not help. */
    record WithoutDraft(DraftLoss why, String message) implements Failure {}

    /** The method does nothing but drop KV pairs, the target cannot drop them, and the fallback allows no other method. */
    record NoCacheStage(String method) implements Failure {}

    /**
     * The kept tokens are more than the target reads.
     *
     * @param promptTokens length of the prompt before tokens were dropped
     */
    record PromptTooLong(int promptTokens, int keptTokens, int most) implements Failure {}

    /**
     * The target alone has no room for the prompt, and no draft is available to shorten it.
     *
     * @param why the draft took no part
     * @param limit what the prompt exceeds, such as "has 9012 tokens, the target reads at most 8192"
     */
    record NeedsDraft(DraftLoss why, String limit) implements Failure {}

    /**
     * The target's call failed.
     *
     * @param generatedTokens tokens that arrived before the failure
     */
    record TargetFailed(Throwable cause, int generatedTokens) implements Failure {}

    /** The request itself cannot be served, or the process that runs it stops. */
    record Refused(Throwable cause) implements Failure {}
}
