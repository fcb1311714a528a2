package io.speckv.evals;

import java.io.IOException;
import java.util.List;

/**
 * Answers prompts by named methods: with an engine in this process, or through running services. Thread-safe.
 *
 * <p>A prompt comes with all its settings at once, so that an engine can share work among them. A generator that cannot share
 * work gets one setting at a time.
 */
@FunctionalInterface
public interface Generator {
    /** Returns one answer for each setting of {@code request}; an error ends the run, which can be resumed. */
    List<Generated> generate(Request request) throws IOException;

    /** Returns whether answering one prompt with several settings at once saves work. If not, each setting is a request. */
    default boolean sharesWork() {
        return true;
    }

    /**
     * One prompt to answer.
     *
     * @param settings methods and budgets, at least one
     * @param prompt that the model reads
     * @param maxNewTokens tokens to generate at most
     */
    record Request(List<Setting> settings, EvalPrompt prompt, int maxNewTokens) {
        public Request {
            settings = List.copyOf(settings);
        }
    }

    /**
     * One answer and its cost.
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
