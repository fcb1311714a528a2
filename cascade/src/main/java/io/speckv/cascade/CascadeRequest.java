package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.selection.prompt.Collapse;

/**
 * A valid request.
 *
 * @param prompt tokens of the target's vocabulary, at least one
 * @param maxNewTokens at least 1
 * @param mostPromptTokens that the target reads
 * @param target what it can do
 * @param compressFrom shorter prompts reach the target whole, whatever the method
 * @param fallback what is done without a draft
 * @param goal how far the request goes
 * @param safeguards what the method's choice must not do
 */
public record CascadeRequest(
        int[] prompt,
        Method method,
        int maxNewTokens,
        int mostPromptTokens,
        TargetAbilities target,
        int compressFrom,
        Fallback fallback,
        Goal goal,
        Safeguards safeguards) {

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
        return new CascadeRequest(
                prompt,
                method,
                maxNewTokens,
                Integer.MAX_VALUE,
                TargetAbilities.ALL,
                0,
                new Fallback.Fail(),
                Goal.ANSWER,
                Safeguards.NONE);
    }

    /**
     * What is kept of the prompt by {@code applied}, at positions that the target can read; all of it where the choice looks
     * wrong and the safeguards say so.
     */
    KeptPrompt kept(Method applied, float[] scores) {
        KeptPrompt chosen = KeptPrompt.of(applied, prompt, scores, safeguards.protectedTokens());
        boolean whole =
                chosen.collapse() != Collapse.NONE && safeguards.wholeOnCollapse() && prompt.length <= mostPromptTokens;
        KeptPrompt kept = whole ? KeptPrompt.whole(applied, prompt, scores, chosen.collapse()) : chosen;
        return target.originalPositions() ? kept : kept.renumbered();
    }

    /** What a draft has to do for {@code applied}. */
    DraftWork draftWork(Method applied) {
        return applied.draftWork(prompt.length, maxNewTokens);
    }
}
