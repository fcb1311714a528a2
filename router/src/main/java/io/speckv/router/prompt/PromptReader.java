package io.speckv.router.prompt;

import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.proto.v1.ControlTokenRule;
import io.speckv.proto.v1.Prompt;
import io.speckv.selection.prompt.PromptPolicy;
import io.speckv.selection.prompt.PromptText;
import io.speckv.text.ControlTokens;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.PromptTexts;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.TokenizerException;
import io.speckv.text.TooManyTokensException;
import io.speckv.text.chat.PromptOrigins;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Turns a prompt message into the target's tokens, or into a failure that names the field. Thread-safe. */
public final class PromptReader {
    /** Prompts up to so many tokens are counted to the end whatever the limit: this takes less than a second. */
    private static final int COUNTED = 1 << 16;

    private final Tokenizer tokenizer;
    private final @Nullable ChatReader chats;
    private final LargeTexts largeTexts = LargeTexts.asManyAsCores();

    /**
     * @param chats null where the model has no chat template
     */
    public PromptReader(Tokenizer tokenizer, @Nullable ChatReader chats) {
        this.tokenizer = tokenizer;
        this.chats = chats;
    }

    /** Returns why chats are refused, as far as the router knows before it asks a renderer; empty if chats are accepted. */
    public String noChatsReason() {
        return chats == null ? "it has no chat template that can be read" : chats.noChatsReason();
    }

    /**
     * Begins to read a prompt.
     *
     * @param heldToSchemas whether the target can hold answers to a schema
     */
    public OpenPrompt open(Prompt prompt, boolean heldToSchemas) {
        LargeTexts.Turn turn = largeTexts.turn(prompt.getSerializedSize());
        return new OpenPrompt(
                prompt, turn, chats == null || !prompt.hasChat() ? null : chats.open(turn), heldToSchemas);
    }

    /**
     * Returns the prompt's tokens.
     *
     * @param most tokens that any service could take; a longer prompt is refused before it is read to its end
     * @throws RequestException with PROMPT_TOO_LONG if it has more, with QUEUE_FULL if an engine's renderer has as many chats
     *     in hand as it may, with CANCELLED if the caller has gone
     */
    public PromptTokens read(OpenPrompt open, int vocabSize, PromptLimit most) {
        Prompt prompt = open.message();
        PromptTokens tokens = switch (prompt.getInputCase()) {
            case TEXT, CHAT -> open.turn().take(() -> encoded(open, most));
            case TOKEN_IDS ->
                new PromptTokens(
                        RequestFields.tokens(prompt.getTokenIds().getIdsList(), "prompt.token_ids.ids", vocabSize),
                        null,
                        null);
            case INPUT_NOT_SET ->
                throw RequestException.invalidField("prompt", "is missing: set text, chat or token_ids");
        };
        if (tokens.size() == 0) {
            throw RequestException.invalidField("prompt", "is empty, must have at least 1 token");
        }
        return tokens;
    }

    /** Returns the origins of a chat's tokens; empty if the prompt is not a chat or the origins cannot be found. */
    public Optional<PromptOrigins> origins(OpenPrompt open, PromptTokens prompt) {
        return chats == null || open.chat() == null ? Optional.empty() : chats.origins(open.chat(), prompt);
    }

    /** Returns the parts of the prompt's text that the policy needs. */
    public PromptText text(PromptTokens prompt, PromptPolicy policy) {
        Encoding encoding = prompt.encoding();
        return encoding == null
                ? PromptTexts.of(tokenizer, prompt.ids(), policy)
                : PromptTexts.of(tokenizer, encoding, policy);
    }

    private PromptTokens encoded(OpenPrompt open, PromptLimit most) {
        // A prompt a little over the limit is counted to its end, so that the error can give its length.
        EncodingLimit limit = new EncodingLimit(Math.max(most.tokens(), COUNTED), LargeTexts::callerHasGone);
        try {
            return open.message().hasText() ? text(open.message(), limit) : chat(open, limit);
        } catch (TooManyTokensException e) {
            throw most.exceeded(e.limit());
        } catch (CancellationException e) {
            throw LargeTexts.callerGone();
        }
    }

    private PromptTokens chat(OpenPrompt open, EncodingLimit limit) {
        Prompt prompt = open.message();
        if (chats == null || open.chat() == null) {
            throw RequestException.invalidField(
                    "prompt.chat",
                    "cannot be laid out: the model has no chat template that can be read, send text or token ids; the"
                            + " router's renderer can be an engine's");
        }
        return chats.read(open.chat(), prompt.getChat(), controls(prompt), open.heldToSchemas(), limit);
    }

    private PromptTokens text(Prompt prompt, EncodingLimit limit) {
        boolean special = !prompt.hasAddSpecialTokens() || prompt.getAddSpecialTokens();
        try {
            Encoding encoding = tokenizer.encode(
                    prompt.getText(),
                    special ? SpecialTokens.INCLUDED : SpecialTokens.EXCLUDED,
                    controls(prompt),
                    limit);
            return new PromptTokens(encoding.ids(), encoding, null);
        } catch (TokenizerException e) {
            // The tokenizer's message may quote the text, so it is not passed on.
            throw RequestException.invalidField("prompt.text", "cannot be tokenized: it is not valid Unicode");
        }
    }

    private static ControlTokens controls(Prompt prompt) {
        return switch (prompt.getControlTokenRule()) {
            case CONTROL_TOKEN_RULE_UNSPECIFIED, CONTROL_TOKEN_RULE_AS_TEXT -> ControlTokens.AS_TEXT;
            case CONTROL_TOKEN_RULE_AS_CONTROL -> ControlTokens.AS_CONTROL;
            case UNRECOGNIZED ->
                throw RequestFields.unknown(
                        "prompt.control_token_rule",
                        prompt.getControlTokenRuleValue(),
                        ControlTokenRule.getDescriptor());
        };
    }
}
