package io.speckv.engine.generate;

/** Told what a draft finds out, on the thread that runs it. */
public interface DraftListener {
    /** The scores are final, {@code [promptTokens]}; called once, and only if there is something to score. */
    void scored(float[] scores);

    /** The next lookahead token. Returns whether more are wanted. */
    boolean drafted(int token);
}
