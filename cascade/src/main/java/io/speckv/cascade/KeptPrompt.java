package io.speckv.cascade;

import io.speckv.selection.ProtectedTokens;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.method.Method;
import io.speckv.selection.prompt.Collapse;
import io.speckv.selection.prompt.Marks;
import io.speckv.selection.prompt.PromptLayout;
import io.speckv.selection.prompt.PromptPolicy;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The prompt as the target reads it.
 *
 * @param tokens kept tokens, at least one, and marks where text was left out; borrowed
 * @param kept their positions in the original prompt, ascending, one per token; a mark takes the first positions of its gap
 * @param marks the positions of marks among them, ascending
 * @param originalTokens length of the prompt before tokens were dropped
 * @param atOriginalPositions whether the model sees the tokens at those positions, or renumbered from 0
 * @param scores the draft's score of each kept token, for methods that rank KV pairs by these scores; else empty
 * @param collapse what looks wrong about the choice
 */
public record KeptPrompt(
        int[] tokens,
        int[] kept,
        int[] marks,
        int originalTokens,
        boolean atOriginalPositions,
        float[] scores,
        Collapse collapse) {

    /** A prompt whose choice is not checked for a collapse. */
    public KeptPrompt(int[] tokens, int[] kept, int originalTokens, boolean atOriginalPositions, float[] scores) {
        this(tokens, kept, new int[0], originalTokens, atOriginalPositions, scores, Collapse.NONE);
    }

    /** Returns what {@code method} keeps of a prompt of which nothing is protected. */
    public static KeptPrompt of(Method method, int[] prompt, float[] scores) {
        Stretch whole = Stretch.whole(prompt.length, ProtectedTokens.NONE);
        return of(method, History.before(prompt, whole), whole, new int[0], scores);
    }

    /**
     * Returns what {@code method} keeps of a stretch, and what stays before it.
     *
     * @param before what is kept of the prompt before the stretch
     * @param mark tokens that stand where text was left out, if the method marks such places and the budget has room; empty
     *     for none
     * @param scores of the tokens kept before the stretch and of the stretch's own, finite; empty where the method needs
     *     none
     * @throws IllegalArgumentException if the scores are not what the method needs, or more is protected than it keeps
     */
    static KeptPrompt of(Method method, History before, Stretch stretch, int[] mark, float[] scores) {
        int n = stretch.size();
        PromptPolicy policy = method.prompt();
        if (!policy.compresses(stretch.open())) {
            return whole(method, before, stretch, scores, Collapse.NONE);
        }
        int settled = before.kept().length;
        float[] own = settled == 0 || scores.length == 0 ? scores : Arrays.copyOfRange(scores, settled, scores.length);
        int[] kept = policy.keep(n, own, new PromptLayout(stretch.protectedTokens(), stretch.lines(), mark.length));
        boolean[] isProtected = stretch.protectedTokens().flags(n);
        int[] chosen =
                Arrays.stream(kept).filter(position -> !isProtected[position]).toArray();
        int[] marks = policy.text().marks() ? Marks.places(kept, mark.length) : new int[0];
        if (kept.length + marks.length > policy.mostKept(n)) {
            marks = new int[0];
        }
        int[] read = marks.length == 0 ? kept : ascending(kept, marks);
        MarkedText text = before.text().with(marks, stretch.start(), mark);
        return of(method, before, text, stretch, read, scores, Collapse.of(own, chosen, isProtected));
    }

    private static int[] ascending(int[] kept, int[] marks) {
        int[] all = History.joined(kept, marks);
        Arrays.sort(all);
        return all;
    }

    /** Returns the whole of a stretch, and what stays before it, for {@code method}. */
    static KeptPrompt whole(Method method, History before, Stretch stretch, float[] scores, Collapse collapse) {
        int[] all = IntStream.range(0, stretch.size()).toArray();
        return of(method, before, before.text(), stretch, all, scores, collapse);
    }

    /** @param chosen positions within the stretch, ascending */
    private static KeptPrompt of(
            Method method,
            History before,
            MarkedText text,
            Stretch stretch,
            int[] chosen,
            float[] scores,
            Collapse collapse) {
        int settled = before.kept().length;
        int[] kept = Arrays.copyOf(before.kept(), settled + chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            kept[settled + i] = stretch.start() + chosen[i];
        }
        int promptTokens = text.tokens().length;
        boolean ranks = method.cache().needsReceivedScores() && scores.length > 0;
        return new KeptPrompt(
                kept.length == promptTokens ? text.tokens() : text.at(kept),
                kept,
                text.marksOf(kept),
                promptTokens,
                method.prompt().keepsOriginalPositions(),
                ranks ? ofKept(scores, settled, stretch.start(), chosen, text) : new float[0],
                collapse);
    }

    /** Returns the scores of the tokens kept before a stretch, and of the tokens chosen from it. */
    private static float[] ofKept(float[] scores, int before, int start, int[] chosen, MarkedText text) {
        float[] own = Arrays.copyOf(scores, before + chosen.length);
        for (int i = 0; i < chosen.length; i++) {
            // A mark has no score, so its KV pairs are the first to go where scores rank them.
            own[before + i] = text.marks().get(start + chosen[i]) ? 0 : scores[before + chosen[i]];
        }
        return own;
    }

    /** Returns the same tokens at positions 0, 1, 2 and so on. */
    KeptPrompt renumbered() {
        return new KeptPrompt(tokens, kept, marks, originalTokens, false, scores, collapse);
    }

    /** Returns the positions of the prompt's own tokens that stayed, ascending. */
    public int[] ownKept() {
        if (marks.length == 0) {
            return kept;
        }
        return Arrays.stream(kept)
                .filter(position -> Arrays.binarySearch(marks, position) < 0)
                .toArray();
    }

    /** Returns the number of tokens that the target reads. */
    public int size() {
        return tokens.length;
    }

    /** Returns whether tokens were dropped. */
    public boolean isShortened() {
        return tokens.length < originalTokens;
    }

    /** Returns the position at which the model sees each token, ascending. */
    public int[] positions() {
        return atOriginalPositions ? kept : IntStream.range(0, tokens.length).toArray();
    }

    /** Returns the position of the answer's first token. */
    public int continuesAt() {
        return atOriginalPositions ? originalTokens : tokens.length;
    }

    /** Returns the policy that decides which KV pairs of these tokens stay. It gets their scores if it ranks by them. */
    public CachePolicy policy(CachePolicy cache) {
        return cache.needsReceivedScores() && cache.compresses(tokens.length)
                ? cache.withReceivedScores(scores)
                : cache;
    }
}
