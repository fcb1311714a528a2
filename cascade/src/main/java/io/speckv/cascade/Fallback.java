package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import java.util.List;

/** What is done for a request whose draft cannot do its part: whatever the target alone can do. */
public sealed interface Fallback {

    /**
     * Returns what is done instead for this request, each where the target has no room for the one before; nothing where it is
     * to fail.
     *
     * @param why the draft cannot do its part
     */
    List<Substitute> instead(CascadeRequest request, DraftLoss why);

    /**
     * A method without the draft.
     *
     * @param method that the target applies
     * @param guessedTokens most lookahead tokens that the prompt's n-grams are to guess for it; 0 for none
     */
    record Substitute(Method method, int guessedTokens) {}

    /** The request fails. */
    record Fail() implements Fallback {
        @Override
        public List<Substitute> instead(CascadeRequest request, DraftLoss why) {
            return List.of();
        }
    }

    /**
     * The target works alone.
     *
     * @param methods that need no draft, each needing less room than the one before
     */
    record TargetAlone(List<Method> methods) implements Fallback {
        public TargetAlone {
            methods = List.copyOf(methods);
        }

        public TargetAlone(Method method) {
            this(List.of(method));
        }

        @Override
        public List<Substitute> instead(CascadeRequest request, DraftLoss why) {
            return methods.stream().map(method -> new Substitute(method, 0)).toList();
        }
    }

    /**
     * The prompt's own n-grams guess the lookahead. A method that asks a draft for nothing else is applied itself.
     *
     * @param method applied where the request's own needs scores
     * @param mostTokens to guess
     */
    record Ngrams(Method method, int mostTokens) implements Fallback {
        @Override
        public List<Substitute> instead(CascadeRequest request, DraftLoss why) {
            Method applied = request.draftWork(request.method()).lookaheadOnly() ? request.method() : method;
            DraftWork work = request.draftWork(applied);
            return List.of(new Substitute(applied, Math.min(mostTokens, work.lookaheadTokens())));
        }
    }

    /**
     * Another way while the draft is overloaded: the usual one may be dearer than what the draft saves.
     *
     * @param overloaded what is done then
     */
    record ByLoss(Fallback usual, Fallback overloaded) implements Fallback {
        @Override
        public List<Substitute> instead(CascadeRequest request, DraftLoss why) {
            return (why == DraftLoss.OVERLOADED ? overloaded : usual).instead(request, why);
        }
    }
}
