package io.speckv.cascade;

import io.speckv.cascade.CascadeRequest.Goal;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The draft reads the prompt, or n-grams take its place. The target has not been asked yet.
 *
 * @param method that is applied
 * @param adapted why it differs from the method asked for; null where it does not
 * @param lost why n-grams take the draft's place; null where they do not
 * @param history what is kept of the prompt before the stretch that is scored
 * @param scores of the tokens that the draft reads; null until they have arrived
 * @param lookahead tokens so far
 */
record Scoring(
        CascadeRequest request,
        Method method,
        @Nullable Adaptation adapted,
        @Nullable DraftLoss lost,
        History history,
        float @Nullable [] scores,
        int[] lookahead)
        implements State {
    private static final int[] NO_TOKENS = {};

    /** Asks the draft, or the target where the method needs no draft. */
    static Turn begin(CascadeRequest request) {
        Optional<AppliedMethod> fitting = AppliedMethod.of(request);
        if (fitting.isEmpty()
                && request.fallback().instead(request, DraftLoss.UNAVAILABLE).isEmpty()) {
            return Leaving.failing(new Failure.NoCacheStage(request.method().name()));
        }
        AppliedMethod applied = fitting.orElse(new AppliedMethod(Method.FULL, Adaptation.NO_CACHE_STAGE));
        return new Scoring(request, applied.method(), applied.why(), null, request.begin(), null, NO_TOKENS).ask();
    }

    /** Asks the draft about the next stretch for which the method needs it, or else asks the target. */
    private Turn ask() {
        Scoring at = this;
        while (at.work().isNone()) {
            if (at.isLast()) {
                return at.withAllOfTheDraft();
            }
            at = at.pastStretch();
        }
        DraftPrompt reads = request.draftPrompt(at.history);
        return Turn.to(at, new Effect.AskDraft(at.choosing(), at.work(), reads, at.isLast()));
    }

    private boolean isLast() {
        return request.isLast(history);
    }

    private Method choosing() {
        return request.choosing(method, history);
    }

    private DraftWork work() {
        return request.draftWork(choosing(), history);
    }

    private Scoring pastStretch() {
        History next = request.then(history, choosing(), promptScores());
        return new Scoring(request, method, adapted, lost, next, null, NO_TOKENS);
    }

    /** Goes on without the draft, in the way that the request's fallback chooses. */
    static Turn withoutDraft(CascadeRequest request, Failure failure) {
        if (!(failure instanceof Failure.WithoutDraft lost)) {
            return Leaving.failing(failure);
        }
        List<Fallback.Substitute> instead = substitutes(request, lost.why());
        return instead.isEmpty() ? Leaving.failing(failure) : instead(request, lost.why(), instead.get(0));
    }

    /** A target that cannot drop KV pairs has no use for a cache stage, nor for the lookahead that would choose the pairs. */
    private static List<Fallback.Substitute> substitutes(CascadeRequest request, DraftLoss why) {
        List<Fallback.Substitute> instead = request.fallback().instead(request, why);
        return request.target().evicts() || instead.isEmpty()
                ? instead
                : List.of(new Fallback.Substitute(Method.FULL, 0));
    }

    /**
     * Goes on with the fallback's next substitute, because the target has no room for {@code tried}.
     *
     * @param limit what the prompt exceeds
     */
    static Turn withLessRoom(CascadeRequest request, DraftLoss why, Method tried, String limit) {
        List<Fallback.Substitute> instead = substitutes(request, why);
        List<Method> methods = instead.stream().map(Fallback.Substitute::method).toList();
        int next = methods.indexOf(tried) + 1;
        return next < instead.size()
                ? instead(request, why, instead.get(next))
                : Leaving.failing(new Failure.NeedsDraft(why, limit));
    }

    private static Turn instead(CascadeRequest request, DraftLoss why, Fallback.Substitute substitute) {
        Scoring scoring = new Scoring(request, substitute.method(), null, why, request.whole(), null, NO_TOKENS);
        int guessed = substitute.guessedTokens();
        Turn turn = guessed == 0 ? scoring.withAllOfTheDraft() : Turn.to(scoring, new Effect.AskNgrams(guessed));
        return turn.after(List.of(new Effect.FallBack(why, substitute.method())));
    }

    @Override
    public List<Effect> stops() {
        return lost == null ? List.of(new Effect.CancelDraft()) : List.of();
    }

    @Override
    public Turn scored(Event.Scored event) {
        Scoring scored = new Scoring(request, method, adapted, lost, history, event.scores(), lookahead);
        return scored.mayAskTarget() ? scored.askTarget(true) : Turn.to(scored);
    }

    @Override
    public Turn lookaheadGrew(Event.LookaheadGrew event) {
        Scoring grown = withLookahead(event.tokens());
        return grown.mayAskTarget() ? grown.askTarget(true) : Turn.to(grown);
    }

    /** The target can be asked before all of the lookahead has arrived. */
    private boolean mayAskTarget() {
        return request.goal() == Goal.ANSWER && isLast() && !lacksScores();
    }

    @Override
    public Turn draftDone(Event.DraftDone event) {
        if (lacksScores()) {
            return withoutDraft(
                    request, new Failure.WithoutDraft(DraftLoss.RESULT_INVALID, "the draft ended without scores"));
        }
        return isLast()
                ? withLookahead(event.rest()).withAllOfTheDraft()
                : pastStretch().ask();
    }

    @Override
    public Turn draftLost(Event.DraftLost event) {
        return lost == null ? withoutDraft(request, event.failure()) : Turn.to(this);
    }

    private boolean lacksScores() {
        DraftWork work = work();
        return scores == null && lost == null && (work.scoring() != null || work.classified());
    }

    private Scoring withLookahead(int[] more) {
        int[] all = Arrays.copyOf(lookahead, lookahead.length + more.length);
        System.arraycopy(more, 0, all, lookahead.length, more.length);
        return new Scoring(request, method, adapted, lost, history, scores, all);
    }

    private Turn withAllOfTheDraft() {
        if (request.goal() == Goal.ANSWER) {
            return askTarget(false);
        }
        return Turn.to(
                new Leaving(), new Effect.Explain(choice(), request.allScores(history, promptScores()), lookahead));
    }

    /** Asks the target. While the draft is still drafting, more lookahead follows. */
    private Turn askTarget(boolean drafting) {
        Choice choice = choice();
        int size = choice.prompt().size();
        if (size > request.mostPromptTokens()) {
            return tooLong(size).after(drafting ? stops() : List.of());
        }
        Effect ask = new Effect.AskTarget(choice, lookahead);
        Reading reading = new Reading(request, choice, new Lookahead(lookahead.length, drafting));
        return drafting ? Turn.to(reading, ask) : Turn.to(reading, ask, new Effect.Complete());
    }

    private Turn tooLong(int size) {
        int most = request.mostPromptTokens();
        return Leaving.failing(
                lost == null
                        ? new Failure.PromptTooLong(request.prompt().length, size, most)
                        : new Failure.NeedsDraft(lost, "has " + size + " tokens, the target reads at most " + most));
    }

    private Choice choice() {
        return new Choice(method, request.kept(method, history, promptScores()), lost, adapted);
    }

    private float[] promptScores() {
        return scores == null ? new float[0] : scores;
    }
}
