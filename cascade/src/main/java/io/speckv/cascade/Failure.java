package io.speckv.cascade;

/** Why a request fails, or its draft does. */
public sealed interface Failure {
    /** The draft's part cannot be had, and the fallback does not help. */
    record WithoutDraft(DraftLoss why, String message) implements Failure {}

    /** The target drops no KV pairs, the method does nothing else, and the fallback allows no other. */
    record NoCacheStage(String method) implements Failure {}

    /** What is kept of the prompt is more than the target reads. */
    record PromptTooLong(int keptTokens, int most) implements Failure {}

    /**
     * The target's call failed.
     *
     * @param generatedTokens that came before
     */
    record TargetFailed(Throwable cause, int generatedTokens) implements Failure {}

    /** The request itself cannot be served, or whoever runs it stops. */
    record Refused(Throwable cause) implements Failure {}
}
