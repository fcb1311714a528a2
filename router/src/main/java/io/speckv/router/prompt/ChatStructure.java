package io.speckv.router.prompt;

import io.speckv.selection.prompt.ProtectedParts.Part;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.PromptOrigins;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The parts of a chat that make sense only as a whole: system messages, tool definitions, the last user message and what
 * follows it, and the template's own tokens around the texts. In older turns the template's tokens form one part, since a long
 * chat has many of them.
 */
record ChatStructure(PromptOrigins origins, List<ChatMessage> messages) {
    private static final String TEMPLATE = "template";

    /** Returns the parts of a turn, as if the chat ended with that turn. */
    List<Part> parts(ChatTurn turn) {
        int last = lastOfUser(turn);
        IntStream.Builder recent = IntStream.builder();
        IntStream.Builder older = IntStream.builder();
        IntStream.Builder tools = IntStream.builder();
        TokensByMessage contents = new TokensByMessage();
        for (int token = turn.start(); token < turn.end(); token++) {
            int message = origins.message(token);
            if (origins.isTools(token)) {
                tools.add(token);
            } else if (!origins.isContent(token)) {
                (isRecent(token, last, turn) ? recent : older).add(token);
            } else if (isSystem(message, turn) || message >= last) {
                contents.add(message, token);
            }
        }
        List<Part> parts = new ArrayList<>();
        parts.add(new Part(TEMPLATE, -1, recent.build().toArray()));
        parts.addAll(contents.parts(message -> isSystem(message, turn) ? "system" : "last_turn"));
        parts.add(new Part("tools", -1, tools.build().toArray()));
        parts.add(new Part(TEMPLATE, -1, older.build().toArray()));
        return parts;
    }

    /** Returns whether the template's tokens around this token are protected, too. */
    private boolean isRecent(int token, int last, ChatTurn turn) {
        int message = origins.message(token);
        return token == 0 || message >= last || isSystem(message, turn) || isSystem(message - 1, turn);
    }

    private boolean isSystem(int message, ChatTurn turn) {
        return message >= 0
                && message < turn.messages()
                && (messages.get(message).role().equals("system")
                        || messages.get(message).role().equals("developer"));
    }

    private int lastOfUser(ChatTurn turn) {
        for (int i = turn.messages() - 1; i >= 0; i--) {
            if (messages.get(i).role().equals("user")) {
                return i;
            }
        }
        return turn.messages();
    }
}
