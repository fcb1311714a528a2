package io.speckv.evals.fidelity;

import io.speckv.evals.Setting;
import java.io.IOException;
import java.util.List;

/** Compares answers with the full cache's: with an engine in this process, or through running services. Thread-safe. */
@FunctionalInterface
public interface AnswerMeter {
    /**
     * Returns one measurement for each setting.
     *
     * @param prompt in the target's tokens
     * @param settings methods and budgets; the full cache answers even if it is not among them
     * @param maxNewTokens of an answer
     * @throws IOException if services fail; the run can be resumed
     */
    List<Measured> measure(int[] prompt, List<Setting> settings, int maxNewTokens) throws IOException;

    /**
     * The draft's tokens that reached the target before it answered.
     *
     * @param tokens number of tokens
     * @param right number of tokens at the beginning that are the answer's own, the one that ends it included
     */
    record Lookahead(int tokens, int right) {}

    /**
     * The losses and costs of one setting.
     *
     * @param lookahead 0 of 0 if nothing was drafted, or if the method does not verify it
     * @param firstTokenMillis time from the request to the first token of the answer, drafting included
     * @param totalMillis time from the request to the last token
     * @param kvBytes bytes of the target's KV cache when decoding began
     */
    record Measured(AnswerLoss loss, Lookahead lookahead, double firstTokenMillis, double totalMillis, long kvBytes) {}
}
