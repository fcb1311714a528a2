package io.speckv.router.prompt;

import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.PromptOrigins;
import java.util.ArrayList;
import java.util.List;

/**
 * A turn of a chat: what the model had to read anew before it answered.
 *
 * @param start position of its first token
 * @param end position behind its last one, where the answer begins, or the prompt ends
 * @param messages of the chat up to there
 */
record ChatTurn(int start, int end, int messages) {
    private static final String ASSISTANT = "assistant";

    /** A prompt that is one turn. */
    static List<ChatTurn> together(int promptTokens, int messages) {
        return List.of(new ChatTurn(0, promptTokens, messages));
    }

    /** Returns the turns of a chat, in order; the answers between them are part of none. */
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
        // The last message is what is to be answered, or an answer to go on with.
        for (int i = 0; i < messages.size() - 1; i++) {
            boolean answer = messages.get(i).role().equals(ASSISTANT) && behind[i] > 0;
            if (answer && first[i] > start) {
                turns.add(new ChatTurn(start, first[i], i));
                start = behind[i];
            }
        }
        if (start == origins.size()) {
            // The template writes nothing behind the last answer: what is to be answered is no more than the turn
            // before it.
            start = turns.remove(turns.size() - 1).start;
        }
        turns.add(new ChatTurn(start, origins.size(), messages.size()));
        return turns;
    }

    /** Returns how many tokens it has. */
    int size() {
        return end - start;
    }
}
