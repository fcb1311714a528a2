package io.speckv.engine;

import java.util.function.BooleanSupplier;

/**
 * A place between two blocks of a long piece of work: there the work pauses, and whoever set it off may let other work of the
 * same model take its turn, on this thread and for as long as it likes, or end this one.
 */
@FunctionalInterface
public interface YieldPoint {
    /** Yields to nothing. */
    YieldPoint NONE = () -> {};

    /** Returns a yield point that only asks whether the work is to end. */
    static YieldPoint endingWhen(BooleanSupplier unwanted) {
        return () -> {
            if (unwanted.getAsBoolean()) {
                throw new CancelledException("the forward pass");
            }
        };
    }

    /**
     * Pauses. What the work holds must be left alone meanwhile.
     *
     * @throws CancelledException if nobody wants the result any more
     */
    void pause();
}
