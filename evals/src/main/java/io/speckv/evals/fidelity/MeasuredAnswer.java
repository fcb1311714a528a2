package io.speckv.evals.fidelity;

import io.speckv.evals.Setting;

/**
 * One prompt under one setting, a line of the journal.
 *
 * @param prompt name of the prompt
 * @param checksum of the prompt's tokens
 * @param promptTokens how many there are
 * @param maxNewTokens that were asked for
 * @param logprobs likeliest tokens that services were asked for at each place; 0 for none, and for a pair in this process
 */
record MeasuredAnswer(
        Setting setting,
        String prompt,
        long checksum,
        int promptTokens,
        int maxNewTokens,
        int logprobs,
        AnswerMeter.Measured measured) {

    /** What makes two measurements the same. */
    record Key(Setting setting, long checksum, int maxNewTokens, int logprobs) {
        static Key of(Setting setting, FidelityPrompt prompt, int maxNewTokens, int logprobs) {
            return new Key(setting, prompt.checksum(), maxNewTokens, logprobs);
        }
    }

    Key key() {
        return new Key(setting, checksum, maxNewTokens, logprobs);
    }
}
