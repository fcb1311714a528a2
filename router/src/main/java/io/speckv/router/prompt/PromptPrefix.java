package io.speckv.router.prompt;

import io.speckv.kit.balance.PrefixHash;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Prompt;

/** The hash of a prompt's beginning, made from its message before it is tokenized. */
public final class PromptPrefix {
    private static final int CHARACTERS_PER_TOKEN = 4;

    private PromptPrefix() {}

    /**
     * Returns the hash. A chat's messages count in order, with their roles, so a conversation keeps its hash once it is
     * {@code length} long.
     *
     * @param length characters that count, or a quarter as many token ids
     */
    public static long of(Prompt prompt, int length) {
        return switch (prompt.getInputCase()) {
            case TEXT -> text(0, prompt.getText(), length);
            case TOKEN_IDS ->
                prompt.getTokenIds().getIdsList().stream()
                        .limit(Math.max(1, length / CHARACTERS_PER_TOKEN))
                        .mapToLong(Integer::longValue)
                        .reduce(0, PrefixHash::with);
            case CHAT -> {
                long hash = 0;
                int left = length;
                for (ChatMessage message : prompt.getChat().getMessagesList()) {
                    hash = text(text(hash, message.getRole(), left), message.getContent(), left);
                    left -= Math.min(
                            left,
                            message.getRole().length() + message.getContent().length());
                }
                yield hash;
            }
            case INPUT_NOT_SET -> 0;
        };
    }

    private static long text(long hash, String text, int most) {
        return PrefixHash.with(hash, text, 0, Math.min(most, text.length()));
    }
}
