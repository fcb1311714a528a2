package io.speckv.target;

import io.speckv.engine.generate.Answer;
import io.speckv.engine.generate.OpenPrefill;
import io.speckv.engine.generate.Prefilled;

/** Where an answer goes. All but {@link #isOver} and {@link #hasRoom} are called on the engine's thread; none waits. */
interface AnswerReply {
    /** Whether nobody wants the answer any more; asked at every step and between the blocks of a prefill. */
    boolean isOver();

    /** Whether the reader keeps up; while it does not, this answer alone pauses. */
    boolean hasRoom();

    /** The request has its slot, and its prefill begins. */
    void prefillBegins();

    /** All but the last prompt token is read, and the lookahead is not here yet; {@link #prefillGoesOn} follows. */
    void promptRead(OpenPrefill open);

    /** The lookahead is here, or has been waited for long enough. */
    void prefillGoesOn();

    /** The prompt is read, and what stays is chosen. */
    void prefilled(Prefilled prefilled);

    /** The answer may have new tokens; the sink cuts it where a stop text is met. */
    void grown(Answer answer);

    /** The answer is complete, and its slot is free again. */
    void finished(Answer answer);

    /** The request failed or was given up, and its slot is free again. */
    void failed(Throwable failure);
}
