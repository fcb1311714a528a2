package io.speckv.enginetarget;

import io.speckv.engineclient.EngineClient;
import io.speckv.text.Tokenizer;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Parts that all answers share.
 *
 * @param suspicion runs when an answer failed in a way that suggests that the engine was replaced or is gone
 */
record AnswerParts(
        EngineClient client,
        Tokenizer tokenizer,
        Patience patience,
        AnswerMeasures measures,
        ScheduledExecutorService timer,
        Runnable suspicion) {}
