package io.speckv.evals.fidelity;

import io.speckv.evals.Setting;
import java.io.IOException;
import java.util.List;

/** Whatever can compare answers with the full cache's: an engine in this process, or running services. Thread-safe. */
@FunctionalInterface
public interface AnswerMeter {
    /**
     * Returns one measurement for each setting.
     *
     * @param prompt in the target's tokens
     * @param settings methods and budgets; the full cache is asked whether it is among them or not
     * @param maxNewTokens of an answer
     * @throws IOException if services fail; the run can be resumed
     */
    List<Measured> measure(int[] prompt, List<Setting> settings, int maxNewTokens) throws IOException;

    /**
     * A draft's tokens that reached the target before it answered.
     *
     * @param tokens how many
     * @param right of its beginning that are the answer's own
     */
    record Lookahead(int tokens, int right) {}

    /**
     * What one setting lost and took.
     *
     * @param lookahead 0 of 0 where nothing was drafted, or where the method does not verify what was
     * @param firstTokenMillis time from the request to the first token of the answer, drafting included
     * @param totalMillis time from the request to the last token
     * @param kvBytes bytes of the target's KV cache when decoding began
     */
    record Measured(AnswerLoss loss, Lookahead lookahead, double firstTokenMillis, double totalMillis, long kvBytes) {}
}
