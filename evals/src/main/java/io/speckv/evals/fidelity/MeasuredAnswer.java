package io.speckv.evals.fidelity;

import io.speckv.evals.Setting;

/**
 * One prompt under one setting, a line of the journal.
 *
 * @param prompt name of the prompt
 * @param checksum of the prompt's tokens
 * @param promptTokens how many there are
 * @param maxNewTokens that were asked for
 */
record MeasuredAnswer(
        Setting setting,
        String prompt,
        long checksum,
        int promptTokens,
        int maxNewTokens,
        AnswerMeter.Measured measured) {

    /** What makes two measurements the same. */
    record Key(Setting setting, long checksum, int maxNewTokens) {
        static Key of(Setting setting, FidelityPrompt prompt, int maxNewTokens) {
            return new Key(setting, prompt.checksum(), maxNewTokens);
        }
    }

    Key key() {
        return new Key(setting, checksum, maxNewTokens);
    }
}
