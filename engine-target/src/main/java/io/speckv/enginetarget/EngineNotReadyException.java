package io.speckv.enginetarget;

/** Why requests cannot go to an engine now. */
public final class EngineNotReadyException extends Exception {
    private static final long serialVersionUID = 1;

    EngineNotReadyException(String why) {
        super(why);
    }
}
