package io.speckv.enginetarget;

import io.speckv.engineclient.EngineClient;
import io.speckv.text.Tokenizer;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What all answers share.
 *
 * @param suspicion runs when an answer went wrong as if the engine were another one, or gone
 */
record AnswerParts(
        EngineClient client,
        Tokenizer tokenizer,
        Patience patience,
        AnswerMeasures measures,
        ScheduledExecutorService timer,
        Runnable suspicion) {}
