package io.speckv.cascade;

import io.speckv.selection.method.Method;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The method that is applied where the draft does its part.
 *
 * @param why it is not the one asked for, or not all of it; null where it is
 */
record AppliedMethod(Method method, @Nullable Adaptation why) {

    /** Returns what is applied to a request; nothing where its target can do nothing of the method. */
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
