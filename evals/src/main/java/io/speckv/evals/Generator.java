package io.speckv.evals;

import java.io.IOException;

/** Whatever can answer a prompt by a named method: an engine in this process, or running services. */
@FunctionalInterface
public interface Generator {
    /** Returns the answer to {@code request}; an error ends the run, which can be resumed. */
    Generated generate(Request request) throws IOException;

    /**
     * One prompt to answer.
     *
     * @param setting method and budget
     * @param prompt what the model reads
     * @param chat whether the prompt is put into the model's chat template
     * @param maxNewTokens tokens to generate at most
     */
    record Request(Setting setting, String prompt, boolean chat, int maxNewTokens) {}

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
