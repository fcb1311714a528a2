package io.speckv.engine;

/** A NaN or infinity where the model should have computed a number; usually damaged weights or an overflow in fp16. */
public final class NonFiniteException extends EngineException {

    /**
     * @param what the values that were checked, such as {@code logits}
     * @param index place of the first bad value
     * @param found the bad value
     */
    public NonFiniteException(String what, long index, float found) {
        super("expected finite " + what + ", found " + found + " at index " + index);
    }

    @Override
    public String code() {
        return "non_finite";
    }
}
