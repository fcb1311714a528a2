package io.speckv.cascade;

import io.speckv.selection.method.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The method that is applied while the draft is available.
 *
 * @param why it differs from the method asked for; null where it does not
 */
record AppliedMethod(Method method, @Nullable Adaptation why) {

    /** Returns the method to apply to a request; empty where its target can do no part of the method asked for. */
    static Optional<AppliedMethod> of(CascadeRequest request) {
        Method asked = request.method();
        int tokens = request.prompt().length;
        if (tokens < request.compressFrom()) {
            return Optional.of(new AppliedMethod(Method.FULL, Adaptation.SHORT_PROMPT));
        }
        if (asked.cache().compresses(tokens) && !request.target().evicts()) {
            return asked.promptStage().map(stage -> new AppliedMethod(stage, Adaptation.NO_CACHE_STAGE));
        }
        boolean moves =
                asked.prompt().keepsOriginalPositions() && asked.prompt().compresses(tokens);
        return Optional.of(new AppliedMethod(
                asked, moves && !request.target().originalPositions() ? Adaptation.NO_ORIGINAL_POSITIONS : null));
    }
}
