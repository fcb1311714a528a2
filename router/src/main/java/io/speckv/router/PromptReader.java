package io.speckv.router;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ControlTokenRule;
import io.speckv.proto.v1.Prompt;
import io.speckv.text.ChatEncoder;
import io.speckv.text.ChatMessage;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlTokens;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.TokenizerException;
import io.speckv.text.TooManyTokensException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** Turns a prompt message into the target's tokens, or into a failure that names the field. Thread-safe. */
final class PromptReader {
    private static final String GENERATION_PROMPT = "add_generation_prompt";
    /** Tokens that are counted to the end whatever the limit: less than a second's work. */
    private static final int COUNTED = 1 << 16;

    private static final Set<String> OWN_KEYS = Set.of("role", "content");

    private final Tokenizer tokenizer;
    private final @Nullable ChatEncoder chats;
    private final LargeTexts largeTexts = new LargeTexts();

    /**
     * @param chats null where the model has no chat template
     */
    PromptReader(Tokenizer tokenizer, @Nullable ChatEncoder chats) {
        this.tokenizer = tokenizer;
        this.chats = chats;
    }

    /**
     * Returns the prompt's tokens.
     *
     * @param most tokens that anybody could take: a prompt of more is refused without reading it to its end
     * @throws RequestException with PROMPT_TOO_LONG if it has more, with CANCELLED if the caller has gone
     */
    PromptTokens read(Prompt prompt, int vocabSize, int most) {
        PromptTokens tokens = switch (prompt.getInputCase()) {
            case TEXT, CHAT -> largeTexts.inTurn(prompt.getSerializedSize(), () -> of(encoding(prompt, most)));
            case TOKEN_IDS ->
                new PromptTokens(
                        RequestFields.tokens(prompt.getTokenIds().getIdsList(), "prompt.token_ids.ids", vocabSize),
                        null);
            case INPUT_NOT_SET ->
                throw RequestException.invalidField("prompt", "is missing: set text, chat or token_ids");
        };
        if (tokens.size() == 0) {
            throw RequestException.invalidField("prompt", "is empty, must have at least 1 token");
        }
        return tokens;
    }

    private Encoding encoding(Prompt prompt, int most) {
        // A little over the limit is counted to its end: the error then says by how much.
        EncodingLimit limit = new EncodingLimit(Math.max(most, COUNTED), LargeTexts::callerHasGone);
        try {
            return prompt.hasText() ? text(prompt, limit) : chat(prompt.getChat(), controls(prompt), limit);
        } catch (TooManyTokensException e) {
            throw RequestException.ofField(
                            FailureCode.PROMPT_TOO_LONG,
                            "prompt",
                            "has more than " + e.limit() + " tokens, must have at most " + most)
                    .with("most_tokens", most);
        } catch (CancellationException e) {
            throw LargeTexts.callerGone();
        }
    }

    private static PromptTokens of(Encoding encoding) {
        return new PromptTokens(encoding.ids(), encoding);
    }

    private Encoding text(Prompt prompt, EncodingLimit limit) {
        boolean special = !prompt.hasAddSpecialTokens() || prompt.getAddSpecialTokens();
        try {
            return tokenizer.encode(
                    prompt.getText(),
                    special ? SpecialTokens.INCLUDED : SpecialTokens.EXCLUDED,
                    controls(prompt),
                    limit);
        } catch (TokenizerException e) {
            // Its message may quote the text.
            throw RequestException.invalidField("prompt.text", "cannot be tokenized: it is not valid Unicode");
        }
    }

    private static ControlTokens controls(Prompt prompt) {
        return switch (prompt.getControlTokenRule()) {
            case CONTROL_TOKEN_RULE_UNSPECIFIED, CONTROL_TOKEN_RULE_AS_TEXT -> ControlTokens.AS_TEXT;
            case CONTROL_TOKEN_RULE_AS_CONTROL -> ControlTokens.AS_CONTROL;
            case UNRECOGNIZED ->
                throw RequestException.invalidField(
                        "prompt.control_token_rule",
                        "is " + prompt.getControlTokenRuleValue() + ", must be one of "
                                + ControlTokenRule.getDescriptor().getValues().size() + " known rules");
        };
    }

    private Encoding chat(Chat chat, ControlTokens controls, EncodingLimit limit) {
        if (chats == null) {
            throw RequestException.invalidField(
                    "prompt.chat", "cannot be laid out: the model has no chat template, send text or token_ids");
        }
        Map<String, Object> variables = new LinkedHashMap<>();
        Structs.toMap(chat.getTemplateVariables()).forEach((key, value) -> {
            if (value != null) {
                variables.put(key, value);
            }
        });
        if (variables.containsKey("messages")) {
            throw RequestException.invalidField(
                    "prompt.chat.template_variables", "has the key messages, which is a field of its own");
        }
        variables.put(GENERATION_PROMPT, !chat.hasAddGenerationPrompt() || chat.getAddGenerationPrompt());
        try {
            return chats.encodeChat(messages(chat), variables, controls, limit);
        } catch (ChatTemplateException | TokenizerException e) {
            throw RequestException.invalidField("prompt.chat", "is refused by the chat template: " + e.getMessage());
        }
    }

    private static List<ChatMessage> messages(Chat chat) {
        if (chat.getMessagesCount() == 0) {
            throw RequestException.invalidField("prompt.chat.messages", "is empty, must have at least 1 message");
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (io.speckv.proto.v1.ChatMessage message : chat.getMessagesList()) {
            String field = "prompt.chat.messages[" + messages.size() + "]";
            if (message.getRole().isEmpty()) {
                throw RequestException.invalidField(field + ".role", "is missing, such as \"user\"");
            }
            Map<String, ? extends @Nullable Object> attributes = Structs.toMap(message.getAttributes());
            for (String key : OWN_KEYS) {
                if (attributes.containsKey(key)) {
                    throw RequestException.invalidField(
                            field + ".attributes", "has the key " + key + ", which is a field of its own");
                }
            }
            messages.add(new ChatMessage(
                    message.getRole(), message.getContentIsNull() ? null : message.getContent(), attributes));
        }
        return messages;
    }
}
