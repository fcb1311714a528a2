package io.speckv.enginetarget;

/** Requests cannot go to the engine now; the message says why. */
public final class EngineNotReadyException extends Exception {
    private static final long serialVersionUID = 1;

    EngineNotReadyException(String why) {
        super(why);
    }
}
