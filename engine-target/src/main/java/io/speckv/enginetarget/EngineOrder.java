package io.speckv.enginetarget;

import io.speckv.enginetarget.dialect.EngineRequest;
import io.speckv.text.SpecialTokens;

/**
 * A valid request to generate.
 *
 * @param engine that is asked
 * @param request as the engine gets it
 * @param originalTokens length of the prompt before compression
 * @param newTokens that the caller asked for; the engine gets a lower limit if its context ends earlier
 * @param lookaheadTokens that came with the request, which an engine cannot use
 * @param special whether special tokens are part of the answer's text, if the engine gives token ids
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
