package io.speckv.router;

import io.speckv.selection.prompt.ProtectedParts.Part;
import io.speckv.text.ChatMessage;
import io.speckv.text.PromptOrigins;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What of a chat makes sense only as a whole: system messages, definitions of tools, the last message of a user and what
 * follows it, and what the template writes around texts. Of older turns the latter is one part: a long chat has much of it.
 */
record ChatStructure(PromptOrigins origins, List<ChatMessage> messages) {

    List<Part> parts() {
        int last = lastOfUser();
        List<Part> parts = new ArrayList<>();
        parts.add(part("template", -1, token -> origins.isTemplate(token) && isRecent(token, last)));
        for (int i = 0; i < messages.size(); i++) {
            int message = i;
            boolean system = isSystem(i);
            if (system || i >= last) {
                parts.add(part(
                        system ? "system" : "last_turn",
                        i,
                        token -> origins.isContent(token) && origins.message(token) == message));
            }
        }
        parts.add(part("tools", -1, origins::isTools));
        parts.add(part("template", -1, token -> origins.isTemplate(token) && !isRecent(token, last)));
        return parts;
    }

    /** Whether what stands around this token is protected, too. */
    private boolean isRecent(int token, int last) {
        int message = origins.message(token);
        return token == 0 || message >= last || isSystem(message) || isSystem(message - 1);
    }

    private boolean isSystem(int message) {
        return message >= 0
                && message < messages.size()
                && (messages.get(message).role().equals("system")
                        || messages.get(message).role().equals("developer"));
    }

    private int lastOfUser() {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).role().equals("user")) {
                return i;
            }
        }
        return messages.size();
    }

    private Part part(String kind, int message, IntPredicate which) {
        return new Part(kind, message, ProtectionReader.positions(origins.size(), which));
    }
}
