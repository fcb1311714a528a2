package io.speckv.router.prompt;

import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.PromptOrigins;
import java.util.ArrayList;
import java.util.List;

/**
 * A turn of a chat: the new tokens that the model had to read before it answered.
 *
 * @param start position of its first token
 * @param end position after its last token, where the answer begins or the prompt ends
 * @param messages of the chat up to there
 */
record ChatTurn(int start, int end, int messages) {
    private static final String ASSISTANT = "assistant";

    /** Returns the whole prompt as one turn. */
    static List<ChatTurn> together(int promptTokens, int messages) {
        return List.of(new ChatTurn(0, promptTokens, messages));
    }

    /** Returns the turns of a chat, in order. The answers between them belong to no turn. */
    static List<ChatTurn> of(PromptOrigins origins, List<ChatMessage> messages) {
        int[] first = new int[messages.size()];
        int[] behind = new int[messages.size()];
        for (int token = origins.size() - 1; token >= 0; token--) {
            if (origins.isContent(token)) {
                int message = origins.message(token);
                first[message] = token;
                behind[message] = Math.max(behind[message], token + 1);
            }
        }
        List<ChatTurn> turns = new ArrayList<>();
        int start = 0;
        // The last message is to be answered, or is an answer to be continued, so it ends no turn.
        for (int i = 0; i < messages.size() - 1; i++) {
            boolean answer = messages.get(i).role().equals(ASSISTANT) && behind[i] > 0;
            if (answer && first[i] > start) {
                turns.add(new ChatTurn(start, first[i], i));
                start = behind[i];
            }
        }
        if (start == origins.size()) {
            // The template writes nothing after the last answer, so the prompt ends with it: the last turn runs to the
            // prompt's end.
            start = turns.remove(turns.size() - 1).start;
        }
        turns.add(new ChatTurn(start, origins.size(), messages.size()));
        return turns;
    }

    /** Returns its number of tokens. */
    int size() {
        return end - start;
    }
}
