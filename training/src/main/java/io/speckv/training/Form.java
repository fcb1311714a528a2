package io.speckv.training;

import java.util.List;
import java.util.Random;

/**
 * The layout of a recall sequence: plain text, or turns of a chat.
 *
 * @param opening tokens before everything else
 * @param first tokens before the first question
 * @param next tokens before each other question
 * @param end token after an answer
 * @param line separator of sentences in the haystack: a space, or a line end
 * @param terse whether needles are a bare key and a short value, so that a short sequence has many pairs to choose from
 */
@SuppressWarnings("ArrayRecordComponent") // Only read, never compared.
record Form(boolean chat, int[] opening, int[] first, int[] next, int end, String line, boolean terse) {
    private static final int CHAT_FROM = 256;

    /**
     * Draws a form.
     *
     * @param terseEighths how many of eight sequences are terse
     */
    static Form draw(TaskTokens text, int length, int terseEighths, Random random) {
        String line = random.nextBoolean() ? "\n" : " ";
        boolean terse = terseEighths == 8 || (terseEighths > 0 && random.nextInt(8) < terseEighths);
        if (terse || length < CHAT_FROM || random.nextInt(4) > 0) {
            return new Form(false, new int[0], new int[0], new int[0], text.end(), line, terse);
        }
        int[] user = TaskTokens.join(List.of(new int[] {text.turnStart()}, text.fixed("user\n")));
        int[] next = TaskTokens.join(List.of(text.fixed("\n"), user));
        return new Form(true, user, text.fixed("\n"), next, text.turnEnd(), line, terse);
    }
}
