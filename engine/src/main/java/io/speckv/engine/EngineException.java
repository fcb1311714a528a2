package io.speckv.engine;

import org.jspecify.annotations.Nullable;

/**
 * A failure of the engine that is no bug: the input, the checkpoint, the device or the request is at fault.
 *
 * <p>The family is closed, so a service maps each member to its own status by {@link #code()}.
 */
public abstract sealed class EngineException extends RuntimeException
        permits CheckpointException,
                PromptTooLongException,
                TokenOutOfVocabularyException,
                NonFiniteException,
                CancelledException,
                DeviceException {

    protected EngineException(String message) {
        super(message);
    }

    protected EngineException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns a short lower-case label of the kind of failure; labels never change, so metrics may use them. */
    public abstract String code();
}
