package io.speckv.engine;

import java.util.function.BooleanSupplier;

/**
 * A place between two blocks of long work at which the work pauses. Its caller may then run other work of the same model, on
 * this thread and for as long as it likes, or end this work.
 */
@FunctionalInterface
public interface YieldPoint {
    /** Never pauses. */
    YieldPoint NONE = () -> {};

    /** Returns a yield point that only ends the work once {@code unwanted} is true. */
    static YieldPoint endingWhen(BooleanSupplier unwanted) {
        return () -> {
            if (unwanted.getAsBoolean()) {
                throw new CancelledException("the forward pass");
            }
        };
    }

    /**
     * Pauses. Nothing that the work holds may be touched in the meantime.
     *
     * @throws CancelledException if the result is not wanted any more
     */
    void pause();
}
