package io.speckv.engine;

/** Asked between blocks of work whether the caller still wants the result. */
@FunctionalInterface
public interface Cancellation {
    Cancellation NEVER = () -> false;

    boolean requested();

    /**
     * Returns normally if the work should go on.
     *
     * @throws CancelledException if it should not
     */
    default void check() {
        if (requested()) {
            throw new CancelledException("the forward pass");
        }
    }
}
