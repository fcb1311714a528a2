package io.speckv.selection.method;

import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.prompt.AttentionScoring;
import io.speckv.selection.prompt.KeepAll;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.ScoreSource;
import io.speckv.selection.prompt.SpecPc;
import java.util.Optional;

/**
 * A named pair: which prompt tokens reach the target, and which of their KV pairs stay. Immutable and free of request
 * state, so one method serves any number of requests at once.
 *
 * @param verifyLookahead whether the target accepts lookahead tokens it agrees with, instead of decoding them again; has no
 *     effect if nothing is drafted
 */
public record Method(String name, PromptPolicy prompt, CachePolicy cache, boolean verifyLookahead) {
    /** Lookahead tokens that score a prompt if no cache stage follows. This number finds needles best (docs/engines.md). */
    static final int SCORING_ALONE_TOKENS = 48;

    /** Nothing is compressed. */
    public static final Method FULL = new Method("full", new KeepAll(), new FullCache(), true);

    /**
     * Returns what a draft has to do for a prompt of this length. A prompt that the first stage keeps whole needs no scores.
     * If the second stage evicts, the lookahead tokens of the scoring pass are drafted all the same.
     */
    public DraftWork draftWork(int promptTokens, int maxNewTokens) {
        return draftWork(promptTokens, promptTokens, maxNewTokens);
    }

    /**
     * Returns what a draft has to do for a prompt if the first stage chooses from a part of it only.
     *
     * @param openTokens tokens of that part, at most {@code promptTokens}
     */
    public DraftWork draftWork(int openTokens, int promptTokens, int maxNewTokens) {
        boolean drops = cache.compresses(promptTokens);
        boolean scored = prompt.compresses(openTokens) || (drops && cache.needsReceivedScores());
        ScoreSource source = prompt.scoreSource();
        AttentionScoring scoring = source.draftScoring();
        LookaheadSource lookahead = cache.lookaheadSource();
        int chosen = drops ? lookahead.draftTokens(maxNewTokens) : 0;
        boolean passTokens = scored || (drops && lookahead.fromScoringPass());
        int scoringSteps = passTokens && scoring != null ? scoring.lookaheadFor(maxNewTokens) : 0;
        return new DraftWork(
                scored ? scoring : null,
                scored ? scoringSteps : 0,
                scored && source.classifies(),
                Math.max(chosen, scoringSteps));
    }

    /**
     * Returns the part of this method that works on a target that cannot drop KV pairs, for a prompt whose cache stage would
     * drop some. It is the first stage, which then scores with all the lookahead of both stages, or with
     * {@value #SCORING_ALONE_TOKENS} tokens if that lookahead is as long as the answer. Empty if the method has only a cache
     * stage.
     */
    public Optional<Method> promptStage() {
        if (!(prompt instanceof SpecPc first)) {
            return Optional.empty();
        }
        int scoring = first.scoring().lookaheadFor(SCORING_ALONE_TOKENS);
        int drafted = cache.lookaheadSource().draftTokens(SCORING_ALONE_TOKENS);
        return Optional.of(
                new Method("specpc", first.scoredWith(Math.max(scoring, drafted)), new FullCache(), verifyLookahead));
    }

    /** Returns this without its second stage. It keeps every KV pair of the prompt tokens that it keeps. */
    public Method withoutCacheStage() {
        return new Method(name, prompt, new FullCache(), verifyLookahead);
    }

    /** Returns whether a prompt of this length loses KV pairs in the target but no prompt tokens. */
    public boolean isCacheStageAlone(int promptTokens) {
        return cache.compresses(promptTokens) && promptStage().isEmpty();
    }

    /** Returns whether a prompt of this length needs a draft service, for scores or for lookahead. */
    public boolean needsDraft(int promptTokens, int maxNewTokens) {
        return !draftWork(promptTokens, maxNewTokens).isNone();
    }
}
