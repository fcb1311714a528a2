package io.speckv.cascade;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.selection.prompt.Collapse;
import io.speckv.selection.prompt.PromptText;
import java.util.List;

/**
 * A valid request.
 *
 * @param prompt tokens of the target's vocabulary, at least one
 * @param stretches parts of the prompt that are compressed, each on its own, in order; tokens outside of them stay. The last
 *     one ends the prompt
 * @param mark tokens that stand where text was left out, for methods that mark such places; empty for none
 * @param maxNewTokens at least 1
 * @param mostPromptTokens most tokens that the target reads
 * @param target what it can do
 * @param compressFrom shorter prompts reach the target whole, whatever the method
 * @param fallback what to do without a draft
 * @param goal how far the request goes
 * @param wholeOnCollapse whether the whole stretch is kept where the choice looks wrong and the target has room for all of
 *     it
 */
public record CascadeRequest(
        int[] prompt,
        List<Stretch> stretches,
        int[] mark,
        Method method,
        int maxNewTokens,
        int mostPromptTokens,
        TargetAbilities target,
        int compressFrom,
        Fallback fallback,
        Goal goal,
        boolean wholeOnCollapse) {

    /** How far a request goes. */
    public enum Goal {
        /** To the target's answer. */
        ANSWER,
        /** Only up to the target: which tokens it would have read, and why. */
        EXPLANATION
    }

    public CascadeRequest {
        stretches = List.copyOf(stretches);
        if (prompt.length == 0) {
            throw new IllegalArgumentException("the prompt has no tokens; it needs at least one");
        }
        if (maxNewTokens < 1) {
            throw new IllegalArgumentException("max new tokens is " + maxNewTokens + "; it must be at least 1");
        }
        Stretch.requireOrdered(stretches, prompt.length);
    }

    /** A request to a target that reads prompts of any length, which fails without its draft. */
    public static CascadeRequest of(int[] prompt, Method method, int maxNewTokens) {
        return of(prompt, PromptText.NONE, method, maxNewTokens);
    }

    /** The same, for a prompt with what is known of its text. */
    public static CascadeRequest of(int[] prompt, PromptText text, Method method, int maxNewTokens) {
        return new CascadeRequest(
                prompt,
                List.of(Stretch.whole(prompt.length, ProtectedTokens.NONE).withLines(text.lines())),
                text.mark(),
                method,
                maxNewTokens,
                Integer.MAX_VALUE,
                TargetAbilities.ALL,
                0,
                new Fallback.Fail(),
                Goal.ANSWER,
                false);
    }

    /** Returns the history of a prompt of which nothing is chosen yet. */
    History begin() {
        return History.before(prompt, stretches.get(0));
    }

    /**
     * Returns the method that chooses from the current stretch. KV pairs are dropped only at the last stretch. A prompt that
     * once ended with an earlier stretch may have been too short to be worth compressing.
     */
    Method choosing(Method applied, History history) {
        if (isLast(history)) {
            return applied;
        }
        return stretches.get(history.stretch()).end() < compressFrom ? Method.FULL : applied.withoutCacheStage();
    }

    /** Returns the history in which all but the last stretch stays. */
    History whole() {
        return History.whole(prompt, stretches.size(), last());
    }

    boolean isLast(History history) {
        return history.stretch() == stretches.size() - 1;
    }

    private Stretch last() {
        return stretches.get(stretches.size() - 1);
    }

    /**
     * Goes on from a stretch that is not the last. {@code applied} chooses from it by {@code scores} of the tokens that the
     * draft read.
     */
    History then(History history, Method applied, float[] scores) {
        Stretch stretch = stretches.get(history.stretch());
        KeptPrompt kept = chosen(applied, history, stretch, scores);
        return history.then(stretch, kept, scores, stretches.get(history.stretch() + 1));
    }

    /**
     * Returns what {@code applied} keeps of the prompt, at positions that the target can read. All of the last stretch is
     * kept where the choice looks wrong and {@code wholeOnCollapse} says so.
     *
     * @param history before the last stretch
     * @param scores of the tokens that the draft read
     */
    KeptPrompt kept(Method applied, History history, float[] scores) {
        KeptPrompt kept = chosen(applied, history, last(), scores);
        return target.originalPositions() ? kept : kept.renumbered();
    }

    /** Every stretch is chosen from in the same way, first or last, so an old turn is kept as it was before. */
    private KeptPrompt chosen(Method applied, History history, Stretch stretch, float[] scores) {
        KeptPrompt chosen = KeptPrompt.of(applied, history, stretch, mark, scores);
        boolean whole = chosen.collapse() != Collapse.NONE
                && wholeOnCollapse
                && history.kept().length + stretch.size() <= mostPromptTokens;
        return whole ? KeptPrompt.whole(applied, history, stretch, scores, chosen.collapse()) : chosen;
    }

    /**
     * Returns scores of all of the prompt's tokens, given those of the tokens that the draft read last; empty if those are
     * empty.
     */
    float[] allScores(History history, float[] scores) {
        return history.withScores(scores, last());
    }

    /** Returns what a draft reads to choose from the current stretch. */
    DraftPrompt draftPrompt(History history) {
        Stretch stretch = stretches.get(history.stretch());
        boolean whole = history.kept().length == stretch.start() && stretch.end() == prompt.length;
        if (whole) {
            return new DraftPrompt(prompt, true, stretch.open());
        }
        int[] read = History.joined(history.kept(), History.range(stretch.start(), stretch.end()));
        return new DraftPrompt(history.text().at(read), false, stretch.open());
    }

    /** Returns what a draft has to do for {@code applied} at the current stretch. */
    DraftWork draftWork(Method applied, History history) {
        Stretch stretch = stretches.get(history.stretch());
        return applied.draftWork(stretch.open(), history.kept().length + stretch.size(), maxNewTokens);
    }

    /** Returns what a draft has to do for {@code applied} where all but the last stretch stays. */
    DraftWork draftWork(Method applied) {
        return draftWork(applied, whole());
    }
}
