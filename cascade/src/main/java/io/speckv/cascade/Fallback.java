package io.speckv.cascade;

import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import java.util.Optional;

/** What is done for a request whose draft cannot do its part. */
public sealed interface Fallback {

    /** Returns what is done instead for this request; nothing where it is to fail. */
    Optional<Substitute> instead(CascadeRequest request);

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
        public Optional<Substitute> instead(CascadeRequest request) {
            return Optional.empty();
        }
    }

    /** The target works alone, by a method that needs no draft. */
    record TargetAlone(Method method) implements Fallback {
        @Override
        public Optional<Substitute> instead(CascadeRequest request) {
            return Optional.of(new Substitute(method, 0));
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
        public Optional<Substitute> instead(CascadeRequest request) {
            Method applied = request.draftWork(request.method()).lookaheadOnly() ? request.method() : method;
            DraftWork work = request.draftWork(applied);
            return Optional.of(new Substitute(applied, Math.min(mostTokens, work.lookaheadTokens())));
        }
    }
}
