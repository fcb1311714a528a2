package io.speckv.router.prompt;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.wire.RequestFields;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import io.speckv.router.renderer.ChatRenderer;
import io.speckv.router.renderer.OpenChat;
import io.speckv.router.renderer.RendererWait;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlTokens;
import io.speckv.text.Encoding;
import io.speckv.text.EncodingLimit;
import io.speckv.text.Tokenizer;
import io.speckv.text.TokenizerException;
import io.speckv.text.chat.ChatEncoder;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.Conversation;
import io.speckv.text.chat.PromptOrigins;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns a chat message into the target's tokens, or into a failure that names the field. Thread-safe. */
public final class ChatReader {
    private static final String GENERATION_PROMPT = "add_generation_prompt";
    private static final String TOOLS = "tools";
    private static final Set<String> OWN_KEYS = Set.of("role", "content");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Tokenizer tokenizer;
    private final ChatRenderer renderer;
    private final AnswerRules answers;

    public ChatReader(Tokenizer tokenizer, ChatRenderer renderer, AnswerRules answers) {
        this.tokenizer = tokenizer;
        this.renderer = renderer;
        this.answers = answers;
    }

    /** Begins to lay out a chat; fails as {@link ChatRenderer#open} does. */
    OpenChat open(RendererWait waiting) {
        return renderer.open(waiting);
    }

    /** Returns why chats are refused, as far as the router knows before it asks a renderer; empty if chats are accepted. */
    String noChatsReason() {
        return renderer.noChatsReason();
    }

    /**
     * Returns the prompt's tokens.
     *
     * @param heldToSchemas whether the target can hold answers to a schema
     */
    PromptTokens read(OpenChat layout, Chat chat, ControlTokens controls, boolean heldToSchemas, EncodingLimit limit) {
        Map<String, Object> variables = variables(chat);
        List<ChatMessage> messages = messages(chat);
        boolean continues = chat.getContinueFinalMessage();
        if (continues && !messages.get(messages.size() - 1).role().equals("assistant")) {
            throw RequestException.invalidField(
                    "prompt.chat.continue_final_message",
                    "is true, but the last message is of role "
                            + messages.get(messages.size() - 1).role() + ", must be of assistant");
        }
        if (continues
                && messages.get(messages.size() - 1).attributes().get("tool_calls") instanceof List<?> calls
                && !calls.isEmpty()) {
            throw RequestException.invalidField(
                    "prompt.chat.messages[" + (messages.size() - 1) + "]",
                    "calls tools, so the answer cannot go on with its text: send the results of its calls");
        }
        Conversation conversation = new Conversation(messages, variables, controls, "", continues);
        ChatEncoder chats = new ChatEncoder(tokenizer, layout);
        try {
            Encoding open = chats.encode(conversation, limit);
            ToolUse tools = chat.getToolUse();
            if (tools.getChoice() != ToolChoice.TOOL_CHOICE_REQUIRED) {
                AnswerMarks marks = answers.marks(chat.hasToolUse(), open.text(), "");
                return new PromptTokens(open.ids(), open, new ChatPrompt(conversation, marks, ""));
            }
            AnswerRules.RequiredCall call =
                    answers.required(open.text(), offered(variables), tools.getTool(), heldToSchemas);
            Conversation begun = new Conversation(messages, variables, controls, call.prefix(), continues);
            Encoding encoding = chats.encode(begun, limit);
            AnswerMarks marks = answers.marks(true, open.text(), call.prefix());
            return new PromptTokens(encoding.ids(), encoding, new ChatPrompt(begun, marks, call.schema()));
        } catch (ChatTemplateException e) {
            throw refusal(e);
        } catch (TokenizerException e) {
            // The tokenizer's message may quote the text, so it is not passed on. Protobuf texts are valid; JSON texts
            // may not be.
            throw RequestException.invalidField(
                    "prompt.chat",
                    "cannot be tokenized: it is not valid Unicode, as half of a surrogate pair in"
                            + " the definitions of tools is not");
        }
    }

    /** The tool definitions that the template receives. */
    private static List<?> offered(Map<String, Object> variables) {
        return variables.get(TOOLS) instanceof List<?> definitions ? definitions : List.of();
    }

    private static RequestException refusal(ChatTemplateException e) {
        return e.ofMessage()
                .map(wrong ->
                        RequestException.invalidField("prompt.chat.messages[" + wrong.place() + "]", wrong.rule()))
                .orElseGet(() -> RequestException.invalidField(
                        "prompt.chat", "is refused by the chat template: " + e.getMessage()));
    }

    /** Returns the origin of each of the prompt's tokens. */
    Optional<PromptOrigins> origins(OpenChat layout, PromptTokens prompt) {
        ChatPrompt chat = prompt.chat();
        Encoding encoding = prompt.encoding();
        return chat == null || encoding == null
                ? Optional.empty()
                : new ChatEncoder(tokenizer, layout).origins(chat.conversation(), encoding);
    }

    private Map<String, Object> variables(Chat chat) {
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
        if (chat.hasToolUse()) {
            if (variables.containsKey(TOOLS)) {
                throw RequestException.invalidField(
                        "prompt.chat.template_variables", "has the key tools, which the definitions of tools set");
            }
            variables.put(TOOLS, definitions(chat.getToolUse()));
        }
        boolean opens = !chat.hasAddGenerationPrompt() || chat.getAddGenerationPrompt();
        variables.put(GENERATION_PROMPT, opens && !chat.getContinueFinalMessage());
        return variables;
    }

    private List<?> definitions(ToolUse tools) {
        String field = "prompt.chat.tool_use.definitions_json";
        answers.requireTools();
        @Nullable List<?> definitions;
        try {
            definitions = JSON.readValue(tools.getDefinitionsJson(), List.class);
        } catch (JsonProcessingException e) {
            throw RequestException.invalidField(field, "is not the JSON text of an array");
        }
        if (definitions == null) {
            throw RequestException.invalidField(field, "is not the JSON text of an array");
        }
        if (definitions.isEmpty()) {
            throw RequestException.invalidField(field, "has no tool, must have at least 1");
        }
        List<String> names = new ArrayList<>();
        for (Object definition : definitions) {
            if (!(definition instanceof Map<?, ?> map
                    && map.get("function") instanceof Map<?, ?> function
                    && function.get("name") instanceof String name
                    && !name.isBlank())) {
                throw RequestException.invalidField(field, "has a tool without function.name at place " + names.size());
            }
            names.add(name);
        }
        if (tools.getChoice() == ToolChoice.UNRECOGNIZED) {
            throw RequestFields.unknown(
                    "prompt.chat.tool_use.choice", tools.getChoiceValue(), ToolChoice.getDescriptor());
        }
        if (!tools.getTool().isEmpty() && tools.getChoice() != ToolChoice.TOOL_CHOICE_REQUIRED) {
            throw RequestException.invalidField(
                    "prompt.chat.tool_use.tool", "is set, and needs choice to be TOOL_CHOICE_REQUIRED");
        }
        if (!tools.getTool().isEmpty() && !names.contains(tools.getTool())) {
            throw RequestException.invalidField(
                    "prompt.chat.tool_use.tool", "is '" + tools.getTool() + "', must be one of " + names);
        }
        return definitions;
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
