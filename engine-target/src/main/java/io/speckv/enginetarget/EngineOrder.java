package io.speckv.enginetarget;

import io.speckv.enginetarget.dialect.EngineRequest;
import io.speckv.text.SpecialTokens;

/**
 * A valid request to generate.
 *
 * @param engine that is asked
 * @param request as it is asked
 * @param originalTokens length of the prompt before compression
 * @param newTokens that the caller asked for; the engine is asked for fewer where its context ends earlier
 * @param lookaheadTokens that came with the request, for which there is no use
 * @param special whether special tokens are part of the answer's text, where the engine tells its tokens
 */
record EngineOrder(
        KnownEngine engine,
        EngineRequest request,
        int originalTokens,
        int newTokens,
        int lookaheadTokens,
        SpecialTokens special) {
    int promptTokens() {
        return request.prompt().length;
    }
}
