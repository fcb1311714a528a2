package io.speckv.target;

import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.OpenPrefill;
import io.speckv.engine.generate.Prefilled;

/**
 * Receives an answer. All methods except {@link #isOver} and {@link #hasRoom} are called on the engine's thread. No method
 * waits.
 */
interface AnswerReply {
    /** Returns whether the caller no longer wants the answer. Called at every step and between the blocks of a prefill. */
    boolean isOver();

    /** Returns whether the reader keeps up. While it does not, only this answer pauses. */
    boolean hasRoom();

    /** The request has its slot, and its prefill begins. */
    void prefillBegins();

    /** All prompt tokens but the last are read, and the lookahead is not complete yet; {@link #prefillGoesOn} follows. */
    void promptRead(OpenPrefill open);

    /** The lookahead is complete, or its waiting time is over. */
    void prefillGoesOn();

    /** The prompt is read, and the KV pairs that stay are chosen. */
    void prefilled(Prefilled prefilled);

    /** The answer may have new tokens. The sink cuts the answer where a stop text appears. */
    void grown(Answer answer);

    /** The answer is complete, and its slot is already free. */
    void finished(Answer answer);

    /** The request failed or was given up, and its slot is already free. */
    void failed(Throwable failure);
}
