package io.speckv.evals.fidelity;

import io.speckv.evals.Setting;

/**
 * One prompt under one setting, a line of the journal.
 *
 * @param prompt name of the prompt
 * @param checksum of the prompt's tokens
 * @param promptTokens number of the prompt's tokens
 * @param maxNewTokens limit of the answer
 * @param logprobs number of likeliest tokens that services reported at each place; 0 for none, and for a pair in this process
 */
record MeasuredAnswer(
        Setting setting,
        String prompt,
        long checksum,
        int promptTokens,
        int maxNewTokens,
        int logprobs,
        AnswerMeter.Measured measured) {

    /** The identity of a measurement. */
    record Key(Setting setting, long checksum, int maxNewTokens, int logprobs) {
        static Key of(Setting setting, FidelityPrompt prompt, int maxNewTokens, int logprobs) {
            return new Key(setting, prompt.checksum(), maxNewTokens, logprobs);
        }
    }

    Key key() {
        return new Key(setting, checksum, maxNewTokens, logprobs);
    }
}
