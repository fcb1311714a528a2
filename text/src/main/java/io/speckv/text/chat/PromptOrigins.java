package io.speckv.text.chat;

/**
 * Where each token of a chat's prompt is from: the text of a message, the definitions of tools, or the template around
 * them.
 */
public final class PromptOrigins {
    private final int[] messages;
    private final boolean[] content;
    private final boolean[] tools;

    /**
     * @param messages {@code [tokens]}: the message whose text a token is from. For other tokens, the message whose text comes
     *     next, or the number of messages if none does
     * @param content {@code [tokens]}: whether it is from a message's text
     * @param tools {@code [tokens]}: whether it is from the definitions of tools
     */
    PromptOrigins(int[] messages, boolean[] content, boolean[] tools) {
        this.messages = messages;
        this.content = content;
        this.tools = tools;
    }

    /** Returns the number of tokens. */
    public int size() {
        return messages.length;
    }

    /** Returns the message that a token is from or, for other tokens, the next message. */
    public int message(int token) {
        return messages[token];
    }

    /** Returns whether a token is from its message: from its text, calls or reasoning. */
    public boolean isContent(int token) {
        return content[token];
    }

    /** Returns whether a token is from the definitions of tools. */
    public boolean isTools(int token) {
        return tools[token];
    }
}
