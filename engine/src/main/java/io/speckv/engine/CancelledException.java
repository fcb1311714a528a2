package io.speckv.engine;

/** Work given up because its caller no longer wants the answer. */
public final class CancelledException extends EngineException {

    /** @param during the work that ran when the caller left, such as {@code prefill} */
    public CancelledException(String during) {
        super("cancelled during " + during);
    }

    @Override
    public String code() {
        return "cancelled";
    }
}
