package io.speckv.http.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Value;
import io.speckv.http.json.JsonFields;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenizeRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads requests of Anthropic's API into ours. */
public final class MessagesReader {
    private static final String TEXTS = "a string or an array of blocks";
    private static final String SYSTEM = "system";
    private static final Pattern SAYS_ERROR = Pattern.compile("(?i)[^a-z]*error");

    private MessagesReader() {}

    /** Reads a message request. */
    public static Generation read(JsonFields request) {
        if (!request.has("max_tokens")) {
            throw request.invalid("max_tokens", "is missing: most tokens that the answer may have");
        }
        NotHonoured.requireNone(request, AnswerForm.MESSAGE);
        if (request.has("max_completion_tokens")) {
            throw request.invalid("max_completion_tokens", "is not of this API: send max_tokens alone");
        }
        requireNoBudget(request);
        SamplingSettings.Builder sampling = SamplingReader.sampling(request, AnswerForm.MESSAGE);
        if (sampling.getMaxNewTokens() == 0) {
            warmUp(request, sampling);
        }
        request.texts("stop_sequences").forEach(sampling::addStop);
        OfferedTools tools = ToolsReader.message(request);
        return GenerationReader.generation(
                request, List.of(prompt(request, tools)), 1, sampling, AnswerForm.MESSAGE, tools);
    }

    /** Anthropic's API reads a prompt into its cache and answers nothing where no token is asked for. One is the least here. */
    private static void warmUp(JsonFields request, SamplingSettings.Builder sampling) {
        if (request.flag("stream")) {
            throw request.invalid("stream", "is true, must be false where max_tokens is 0: no answer comes");
        }
        sampling.setMaxNewTokens(1).clearMinNewTokens();
    }

    /** Reads the prompt of a message request, to be counted. */
    public static TokenizeRequest count(JsonFields request) {
        NotHonoured.requireNone(request, AnswerForm.MESSAGE);
        TokenizeRequest.Builder count =
                TokenizeRequest.newBuilder().setPrompt(prompt(request, ToolsReader.message(request)));
        request.ifText("model", count::setModel);
        return count.build();
    }

    /** Refuses a limit on reasoning: only {@code max_tokens} bounds the answer. */
    private static void requireNoBudget(JsonFields request) {
        request.object("output_config").ifPresent(config -> {
            if (config.has("task_budget")) {
                throw config.invalid("task_budget", "is not supported: max_tokens bounds the answer");
            }
        });
    }

    private static Prompt prompt(JsonFields request, OfferedTools tools) {
        Chat.Builder chat = Chat.newBuilder().addAllMessages(turns(request).turns());
        List<JsonFields> messages = request.objects("messages");
        JsonFields last = messages.get(messages.size() - 1);
        // If the last message is the assistant's, the answer continues it.
        chat.setContinueFinalMessage(last.text("role").orElse("").equals("assistant"));
        tools.toProto().ifPresent(chat::setToolUse);
        JsonPromptReader.variables(request).ifPresent(chat::setTemplateVariables);
        thinks(request)
                .ifPresent(thinks -> chat.getTemplateVariablesBuilder()
                        .putFields(
                                "enable_thinking",
                                Value.newBuilder().setBoolValue(thinks).build()));
        return Prompt.newBuilder().setChat(chat).build();
    }

    /** Returns the turns of the whole chat. */
    static NamedTurns turns(JsonFields request) {
        NamedTurns turns = new NamedTurns();
        system(request).ifPresent(text -> turns.add(said(SYSTEM, text), SYSTEM));
        List<JsonFields> messages = request.objects("messages");
        if (messages.isEmpty()) {
            throw request.invalid("messages", "must have at least one message");
        }
        messages.forEach(message -> ofMessage(message).forEach(turn -> turns.add(turn, message.own())));
        return turns;
    }

    /** Returns whether the model should reason; only {@code max_tokens} limits how much. */
    private static Optional<Boolean> thinks(JsonFields request) {
        return request.object("thinking").map(thinking -> {
            String type = thinking.text("type").orElse("");
            if (!List.of("enabled", "disabled", "adaptive").contains(type)) {
                throw thinking.invalid("type", "is '" + type + "', must be enabled, disabled or adaptive");
            }
            return !type.equals("disabled");
        });
    }

    private static Optional<String> system(JsonFields request) {
        if (request.get(SYSTEM).map(JsonNode::isArray).orElse(false)) {
            return Optional.of(texts(request, SYSTEM));
        }
        return request.get(SYSTEM).map(text -> request.requireText(SYSTEM, TEXTS));
    }

    private static String texts(JsonFields fields, String field) {
        List<String> texts = new ArrayList<>();
        for (JsonFields block : fields.objects(field)) {
            String type = block.text("type").orElseThrow(() -> block.invalid("type", "is missing"));
            if (!type.equals("text")) {
                throw block.invalid("type", "is '" + type + "'; only 'text' is supported here");
            }
            texts.add(text(block));
        }
        return String.join("\n", texts);
    }

    private static String text(JsonFields block) {
        return block.text("text").orElseThrow(() -> block.invalid("text", "is missing"));
    }

    /** Returns the turns that a message becomes: each result of a tool is a turn of its own. */
    private static List<ChatMessage> ofMessage(JsonFields message) {
        String role = message.text("role").orElseThrow(() -> message.invalid("role", "is missing"));
        if (!List.of("user", "assistant", SYSTEM).contains(role)) {
            throw message.invalid("role", "is '" + role + "', must be user or assistant");
        }
        if (!message.get("content").map(JsonNode::isArray).orElse(false)) {
            return List.of(said(role, message.requireText("content", TEXTS)));
        }
        List<JsonFields> blocks = message.objects("content");
        if (blocks.isEmpty()) {
            throw message.invalid("content", "must have at least one block");
        }
        return role.equals("assistant") ? List.of(assistant(blocks)) : user(role, blocks);
    }

    private static ChatMessage assistant(List<JsonFields> blocks) {
        List<String> texts = new ArrayList<>();
        List<String> thoughts = new ArrayList<>();
        ArrayNode calls = JsonNodeFactory.instance.arrayNode();
        for (JsonFields block : blocks) {
            String type = block.text("type").orElseThrow(() -> block.invalid("type", "is missing"));
            switch (type) {
                case "text" -> texts.add(text(block));
                case "thinking" -> block.ifText("thinking", thoughts::add);
                case "redacted_thinking" -> {} // encrypted, so it is skipped
                case "tool_use" -> calls.add(call(block));
                default ->
                    throw block.invalid("type", "is '" + type + "'; text, thinking and tool_use are supported here");
            }
        }
        return Turns.assistant(String.join("\n", texts), String.join("\n", thoughts), calls);
    }

    private static ObjectNode call(JsonFields block) {
        return Turns.call(
                block.text("id").orElseThrow(() -> block.invalid("id", "is missing")),
                block.text("name").orElseThrow(() -> block.invalid("name", "is missing")),
                block.object("input")
                        .orElseThrow(() -> block.invalid("input", "is missing"))
                        .node()
                        .toString());
    }

    private static List<ChatMessage> user(String role, List<JsonFields> blocks) {
        List<ChatMessage> turns = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (JsonFields block : blocks) {
            String type = block.text("type").orElseThrow(() -> block.invalid("type", "is missing"));
            switch (type) {
                case "text" -> texts.add(text(block));
                case "tool_result" -> {
                    if (!texts.isEmpty()) {
                        turns.add(said(role, String.join("\n", texts)));
                        texts.clear();
                    }
                    turns.add(Turns.result(
                            block.text("tool_use_id").orElseThrow(() -> block.invalid("tool_use_id", "is missing")),
                            result(block)));
                }
                default -> throw block.invalid("type", "is '" + type + "'; text and tool_result are supported here");
            }
        }
        if (!texts.isEmpty()) {
            turns.add(said(role, String.join("\n", texts)));
        }
        return turns;
    }

    /** Returns a tool's result. Templates have no field for a failure, so the text must say it. */
    private static String result(JsonFields block) {
        String text = block.get("content").map(JsonNode::isArray).orElse(false)
                ? texts(block, "content")
                : block.get("content")
                        .map(given -> block.requireText("content", TEXTS))
                        .orElse("");
        if (!block.flag("is_error") || SAYS_ERROR.matcher(text).lookingAt()) {
            return text;
        }
        return text.isBlank() ? "Error" : "Error: " + text;
    }

    private static ChatMessage said(String role, String text) {
        return ChatMessage.newBuilder().setRole(role).setContent(text).build();
    }
}
