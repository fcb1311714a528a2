package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Has llama.cpp's server lay out chats. The server returns the text without a begin token, since it adds that token itself when
 * it tokenizes. Here our tokenizer does that, so the renderer asks once for the begin token and writes it before the text.
 */
final class LlamaCppRenderer implements ChatRenderer {
    private static final String APPLY_TEMPLATE = "/apply-template";
    private static final String TOKENIZE = "/tokenize";

    private final RendererCalls calls;
    private final Tokenizer tokenizer;
    private volatile @Nullable String begin;

    /** @param tokenizer of the model that the server has */
    LlamaCppRenderer(RendererCalls calls, Tokenizer tokenizer) {
        this.calls = calls;
        this.tokenizer = tokenizer;
    }

    @Override
    public OpenChat open(RendererWait waiting) {
        return calls.open(waiting, questions -> (messages, variables) -> layOut(questions, messages, variables));
    }

    private LaidOutChat layOut(
            ChatQuestions questions, List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        EngineReply reply = questions.ask(APPLY_TEMPLATE, ChatBody.of(messages, variables));
        if (!reply.isOk()) {
            throw RendererFailures.refused(calls.name(), reply);
        }
        JsonNode prompt = reply.json().path("prompt");
        if (!prompt.isTextual()) {
            throw calls.gone("answers " + APPLY_TEMPLATE + " without prompt");
        }
        return new LaidOutChat(begin(questions) + prompt.textValue());
    }

    /** Returns the text that begins every prompt of the model; may be empty. */
    private String begin(ChatQuestions questions) {
        String known = begin;
        if (known == null) {
            ObjectNode nothing =
                    JsonNodeFactory.instance.objectNode().put("content", "").put("add_special", true);
            EngineReply reply = questions.ask(TOKENIZE, nothing);
            JsonNode tokens = reply.json().path("tokens");
            if (!reply.isOk() || !tokens.isArray()) {
                throw calls.gone("answers " + TOKENIZE + " without tokens");
            }
            known = tokenizer.decode(calls.tokens(tokens, tokenizer), SpecialTokens.INCLUDED);
            begin = known;
        }
        return known;
    }
}
