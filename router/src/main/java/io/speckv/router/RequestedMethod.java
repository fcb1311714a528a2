package io.speckv.router;

import io.speckv.selection.method.Method;

/**
 * A method with the settings of one request.
 *
 * @param message the same for the target, every setting that is not the method's own default included
 */
record RequestedMethod(Method method, io.speckv.proto.v1.Method message) {
    String name() {
        return method.name();
    }

    /** Returns whether the draft's tokens choose KV pairs, so that the answer depends on how many of them came. */
    boolean lookaheadChooses(int promptTokens) {
        return method.cache().compresses(promptTokens)
                && (method.cache().lookaheadSource().fromScoringPass()
                        || method.cache().lookaheadSource().draftTokens(1) > 0);
    }
}
