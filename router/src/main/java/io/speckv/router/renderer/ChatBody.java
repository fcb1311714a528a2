package io.speckv.router.renderer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.kit.failure.RequestException;
import io.speckv.text.chat.ChatMessage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A conversation as the body of an OpenAI chat completion request, which renderers read. */
final class ChatBody {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Variables that are fields of the body; the others become arguments of the template. */
    private static final Set<String> FIELDS = Set.of("tools", "documents", "add_generation_prompt");

    /** Arguments of the engine's own template call. A caller that could set them would change the router's question. */
    private static final Set<String> NOT_CALLERS = Set.of(
            "chat_template",
            "conversation",
            "continue_final_message",
            "tokenize",
            "tokenizer_kwargs",
            "padding",
            "truncation",
            "max_length",
            "return_tensors",
            "return_dict",
            "return_assistant_tokens_mask");

    private ChatBody() {}

    /** @throws RequestException with FIELD_INVALID if a caller may not set a variable of this name */
    static ObjectNode of(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode turns = body.putArray("messages");
        messages.forEach(message -> turns.add(turn(message)));
        ObjectNode arguments = JSON.createObjectNode();
        variables.forEach((name, value) -> {
            if (NOT_CALLERS.contains(name)) {
                throw RequestException.invalidField(
                        "prompt.chat.template_variables", "has the key " + name + ", which only the router may set");
            }
            if (value != null) {
                (FIELDS.contains(name) ? body : arguments).set(name, JSON.valueToTree(value));
            }
        });
        if (!arguments.isEmpty()) {
            body.set("chat_template_kwargs", arguments);
        }
        return body;
    }

    private static ObjectNode turn(ChatMessage message) {
        ObjectNode turn = JSON.createObjectNode().put("role", message.role()).put("content", message.content());
        message.attributes()
                .forEach((key, value) ->
                        turn.set(key, JSON.valueToTree(key.equals("tool_calls") ? withTexts(value) : value)));
        return turn;
    }

    /** In OpenAI's form the arguments of a call are an object's JSON text. */
    private static @Nullable Object withTexts(@Nullable Object calls) {
        return calls instanceof List<?> list
                ? list.stream()
                        .map(call -> with(call, "function", ChatBody::withText))
                        .toList()
                : calls;
    }

    private static @Nullable Object withText(@Nullable Object function) {
        return with(function, "arguments", arguments -> arguments instanceof Map<?, ?> ? text(arguments) : arguments);
    }

    private interface Change {
        @Nullable
        Object of(@Nullable Object value);
    }

    private static @Nullable Object with(@Nullable Object value, String key, Change change) {
        if (!(value instanceof Map<?, ?> map) || !map.containsKey(key)) {
            return value;
        }
        Map<Object, @Nullable Object> changed = new LinkedHashMap<>(map);
        changed.put(key, change.of(map.get(key)));
        return changed;
    }

    private static String text(Object arguments) {
        try {
            return JSON.writeValueAsString(arguments);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the arguments of a call are no JSON", e);
        }
    }
}
