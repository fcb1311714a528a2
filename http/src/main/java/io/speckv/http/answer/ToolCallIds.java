package io.speckv.http.answer;

import io.speckv.http.request.AnswerForm;
import java.security.SecureRandom;
import java.util.Random;

/** Makes ids of calls. Mistral's templates take only 9 letters and digits; other templates take anything. */
final class ToolCallIds {
    private static final String CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int MISTRAL_CHARS = 9;
    private static final int CHARS = 24;
    private static final String MISTRAL = "mistral";
    private static final Random RANDOM = new SecureRandom();

    private ToolCallIds() {}

    /**
     * Returns a new id.
     *
     * @param format of the model's calls
     * @param form of the answer
     */
    static String next(String format, AnswerForm form) {
        if (format.equals(MISTRAL)) {
            return drawn(MISTRAL_CHARS);
        }
        return (form == AnswerForm.MESSAGE ? "toolu_" : "call_") + drawn(CHARS);
    }

    private static String drawn(int length) {
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < length; i++) {
            id.append(CHARACTERS.charAt(RANDOM.nextInt(CHARACTERS.length())));
        }
        return id.toString();
    }
}
