package io.speckv.text.chat;

import io.speckv.text.Encoding;
import java.util.List;

/** Finds the origins of the tokens of a rendered conversation. */
final class OriginSearch {
    private final Encoding prompt;
    private final List<OriginPoints.Stretch> stretches;
    private final int messages;

    /**
     * @param stretches of the prompt's text that are from messages, in order
     * @param messages of the conversation
     */
    OriginSearch(Encoding prompt, List<OriginPoints.Stretch> stretches, int messages) {
        this.prompt = prompt;
        this.stretches = stretches;
        this.messages = messages;
    }

    /** @param withoutTools what the template writes for the same conversation without tools */
    PromptOrigins origins(String withoutTools) {
        int tokens = prompt.size();
        int[] message = new int[tokens];
        boolean[] content = new boolean[tokens];
        boolean[] tools = new boolean[tokens];
        Insertion inserted = Insertion.of(withoutTools, prompt.text());
        int next = 0;
        for (int i = 0; i < tokens; i++) {
            int start = prompt.starts()[i];
            int end = prompt.ends()[i];
            while (next < stretches.size() && stretches.get(next).end() <= start) {
                next++;
            }
            OriginPoints.Stretch stretch = next < stretches.size() ? stretches.get(next) : null;
            message[i] = stretch == null ? messages : stretch.message();
            content[i] = stretch != null && start < end && stretch.start() <= start && end <= stretch.end();
            tools[i] = !content[i] && start < end && inserted.start() <= start && end <= inserted.end();
        }
        return new PromptOrigins(message, content, tools);
    }

    /** The stretch of a text that another one lacks. */
    private record Insertion(int start, int end) {
        static Insertion of(String without, String with) {
            int most = Math.min(without.length(), with.length());
            int start = 0;
            while (start < most && without.charAt(start) == with.charAt(start)) {
                start++;
            }
            int tail = 0;
            while (tail < most - start
                    && without.charAt(without.length() - 1 - tail) == with.charAt(with.length() - 1 - tail)) {
                tail++;
            }
            return new Insertion(start, with.length() - tail);
        }
    }
}
