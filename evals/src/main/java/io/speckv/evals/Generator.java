package io.speckv.evals;

import java.io.IOException;
import java.util.List;

/**
 * Whatever can answer a prompt by named methods: an engine in this process, or running services. Thread-safe.
 *
 * <p>A prompt comes with all its settings at once, so that an engine can share work among them, unless it
 * says that it cannot.
 */
@FunctionalInterface
public interface Generator {
    /** Returns one answer for each setting of {@code request}; an error ends the run, which can be resumed. */
    List<Generated> generate(Request request) throws IOException;

    /** Returns whether answers to one prompt take less work together; if not, every setting is a request of its own. */
    default boolean sharesWork() {
        return true;
    }

    /**
     * One prompt to answer.
     *
     * @param settings methods and budgets, at least one
     * @param prompt what the model reads
     * @param maxNewTokens tokens to generate at most
     */
    record Request(List<Setting> settings, EvalPrompt prompt, int maxNewTokens) {
        public Request {
            settings = List.copyOf(settings);
        }
    }

    /**
     * One answer and what it took.
     *
     * @param text the answer without special tokens
     * @param promptTokens tokens of the prompt
     * @param newTokens tokens generated
     * @param firstTokenMillis time from the request to the first token of the answer, drafting included
     * @param totalMillis time from the request to the last token
     * @param kvBytes bytes of the target's KV cache when decoding began
     */
    record Generated(
            String text, int promptTokens, int newTokens, double firstTokenMillis, double totalMillis, long kvBytes) {}
}
