package io.speckv.engine.generate;

/** Told what a draft finds out, on the thread that runs it. */
public interface DraftListener {
    /** Hears nothing and wants everything. */
    DraftListener NOBODY = new DraftListener() {
        @Override
        public void scored(float[] scores) {}

        @Override
        public boolean drafted(int token) {
            return true;
        }
    };

    /** The scores are final, {@code [promptTokens]}; called once, and only if there is something to score. */
    void scored(float[] scores);

    /** The next lookahead token. Returns whether more are wanted. */
    boolean drafted(int token);
}
