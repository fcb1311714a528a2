package io.speckv.engine.generate;

/** Receives a draft's results, on the thread that runs the draft. */
public interface DraftListener {
    /** Ignores all results and always wants more. */
    DraftListener NOBODY = new DraftListener() {
        @Override
        public void scored(float[] scores) {}

        @Override
        public boolean drafted(int token) {
            return true;
        }
    };

    /** Receives the final scores {@code [promptTokens]}. Called once, and only if scores were asked for. */
    void scored(float[] scores);

    /** Receives the next lookahead token. Returns whether more tokens are wanted. */
    boolean drafted(int token);
}
