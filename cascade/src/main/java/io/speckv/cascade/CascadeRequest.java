package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;

/**
 * A valid request.
 *
 * @param prompt tokens of the target's vocabulary, at least one
 * @param maxNewTokens at least 1
 * @param mostPromptTokens that the target reads
 * @param fallback what is done without a draft
 * @param goal how far the request goes
 */
public record CascadeRequest(
        int[] prompt, Method method, int maxNewTokens, int mostPromptTokens, Fallback fallback, Goal goal) {

    /** How far a request goes. */
    public enum Goal {
        /** To the target's answer. */
        ANSWER,
        /** Up to the target: which tokens it would have read, and why. */
        EXPLANATION
    }

    public CascadeRequest {
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no tokens; it needs at least one");
        }
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("max new tokens is " + maxNewTokens + "; it must be at least 1");
        }
    }

    /** A request to a target that reads prompts of any length, which fails without its draft. */
    public static CascadeRequest of(int[] prompt, Method method, int maxNewTokens) {
        return new CascadeRequest(prompt, method, maxNewTokens, Integer.MAX_VALUE, new Fallback.Fail(), Goal.ANSWER);
    }

    /** What a draft has to do for {@code applied}. */
    DraftWork draftWork(Method applied) {
        return applied.draftWork(prompt.length, maxNewTokens);
    }
}
