package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.LaidOutChat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has vLLM lay out chats: {@code vllm serve --enable-scale-out}, or {@code vllm launch render} without an engine. vLLM returns
 * tokens, and our tokenizer makes their text.
 */
final class VllmRenderer implements ChatRenderer {
    private static final String RENDER = "/v1/chat/completions/render";
    /** This path also lays out chats, of any length, but uses only templates, not vLLM's other chat formats. */
    private static final String TOKENIZE = "/tokenize";
    /** Fields that vLLM names when a prompt leaves no room for an answer. */
    private static final Set<String> TOO_LONG = Set.of("input_tokens", "max_tokens");

    private final RendererCalls calls;
    private final Tokenizer tokenizer;

    /** @param tokenizer of the model that the renderer knows */
    VllmRenderer(RendererCalls calls, Tokenizer tokenizer) {
        this.calls = calls;
        this.tokenizer = tokenizer;
    }

    @Override
    public OpenChat open(RendererWait waiting) {
        return calls.open(waiting, questions -> (messages, variables) -> layOut(questions, messages, variables));
    }

    private LaidOutChat layOut(
            ChatQuestions questions, List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        ObjectNode body = calls.ofModel(ChatBody.of(messages, variables));
        // Whether and how the model must call tools does not change the prompt, and would need a tool parser in vLLM.
        EngineReply reply = questions.ask(RENDER, body.deepCopy().put("tool_choice", "none"));
        if (!reply.isOk()
                && TOO_LONG.contains(reply.json().path("error").path("param").asText())) {
            return laidOut(TOKENIZE, "tokens", questions.ask(TOKENIZE, body));
        }
        return laidOut(RENDER, "token_ids", reply);
    }

    private LaidOutChat laidOut(String path, String field, EngineReply reply) {
        if (!reply.isOk()) {
            throw RendererFailures.refused(calls.name(), reply);
        }
        JsonNode ids = reply.json().path(field);
        if (!ids.isArray()) {
            throw calls.gone("answers " + path + " without " + field);
        }
        if (ids.isEmpty()) {
            throw new ChatTemplateException(calls.name() + " makes no token of it");
        }
        return LaidOutChat.of(tokenizer, calls.tokens(ids, tokenizer));
    }
}
