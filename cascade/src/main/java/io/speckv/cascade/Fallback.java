package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import java.util.List;

/** What to do for a request whose draft cannot do its part, with the target alone. */
public sealed interface Fallback {

    /**
     * Returns the substitutes for this request. Each is tried where the target has no room for the one before. An empty list
     * makes the request fail.
     *
     * @param why the draft cannot do its part
     */
    List<Substitute> instead(CascadeRequest request, DraftLoss why);

    /**
     * A method that works without the draft.
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
     * The lookahead is guessed from the prompt's own n-grams. A method that asks a draft for nothing but lookahead is still
     * applied.
     *
     * @param method applied where the request's own method needs scores
     * @param mostTokens most lookahead tokens to guess
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
     * Another fallback while the draft is overloaded, when the usual one may cost more than a draft saves.
     *
     * @param overloaded the fallback while the draft is overloaded
     */
    record ByLoss(Fallback usual, Fallback overloaded) implements Fallback {
        @Override
        public List<Substitute> instead(CascadeRequest request, DraftLoss why) {
            return (why == DraftLoss.OVERLOADED ? overloaded : usual).instead(request, why);
        }
    }
}
