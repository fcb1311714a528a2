package io.speckv.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chat template of a model folder: writes a conversation as the prompt the model was trained on, or fails.
 *
 * <p>Read from {@code chat_template.jinja}, else from {@code chat_template} in {@code tokenizer_config.json}, which may be
 * one template or a list of named ones; of those {@code tool_use} renders conversations with tools, {@code default} the
 * others. Loading takes a second or two, rendering a few milliseconds. Thread-safe; the caller closes it.
 */
public final class ChatTemplate implements AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String TEMPLATE_FILE = "chat_template.jinja";
    private static final String CONFIG_FILE = "tokenizer_config.json";
    private static final String DEFAULT = "default";
    private static final String TOOL_USE = "tool_use";
    private static final String TOOLS = "tools";
    private static final String MESSAGES = "messages";

    /** The keys of the tokenizer's configuration that templates may use as variables. */
    private static final List<String> TOKEN_VARIABLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Map<String, JinjaScript> scripts;
    private final Map<String, Object> tokenVariables;

    private ChatTemplate(Map<String, JinjaScript> scripts, Map<String, Object> tokenVariables) {
        this.scripts = scripts;
        this.tokenVariables = tokenVariables;
    }

    /** Returns whether a model folder has a chat template; base models often have none. */
    public static boolean isIn(Path folder) {
        return !templates(folder, config(folder)).isEmpty();
    }

    /**
     * Returns the chat template of a model folder.
     *
     * @throws ChatTemplateException if there is none or it cannot be parsed
     */
    public static ChatTemplate open(Path folder) {
        JsonNode config = config(folder);
        Map<String, String> templates = templates(folder, config);
        if (templates.isEmpty()) {
            throw new ChatTemplateException(
                    folder + ": expected " + TEMPLATE_FILE + " or chat_template in " + CONFIG_FILE + ", found neither");
        }
        Map<String, JinjaScript> scripts = new LinkedHashMap<>();
        try {
            templates.forEach((name, text) -> scripts.put(name, new JinjaScript(text)));
        } catch (ChatTemplateException e) {
            scripts.values().forEach(JinjaScript::close);
            throw new ChatTemplateException(folder + ": " + e.getMessage(), e);
        }
        return new ChatTemplate(scripts, tokenVariables(config));
    }

    /**
     * Returns the prompt of a conversation.
     *
     * @param variables what else the template shall see, such as {@code add_generation_prompt}, {@code tools} or
     *     {@code enable_thinking}: strings, numbers, booleans, lists and maps; {@code bos_token} and its like are there
     *     already
     * @throws ChatTemplateException if the template refuses the conversation or cannot be rendered
     */
    public String render(List<ChatMessage> messages, Map<String, ?> variables) {
        if (variables.containsKey(MESSAGES)) {
            throw new IllegalArgumentException("variables must not hold messages: they are an argument of their own");
        }
        Map<String, Object> all = new LinkedHashMap<>(tokenVariables);
        all.putAll(variables);
        all.put(MESSAGES, messages);
        try {
            return script(variables.get(TOOLS) != null).render(MAPPER.writeValueAsString(all));
        } catch (JsonProcessingException e) {
            throw new ChatTemplateException(
                    "expected variables that JSON can hold, found " + e.getOriginalMessage(), e);
        }
    }

    @Override
    public void close() {
        scripts.values().forEach(JinjaScript::close);
    }

    private JinjaScript script(boolean withTools) {
        JinjaScript forTools = withTools ? scripts.get(TOOL_USE) : null;
        JinjaScript script = forTools == null ? scripts.get(DEFAULT) : forTools;
        if (script == null) {
            throw new ChatTemplateException(
                    "expected a chat template named " + DEFAULT + ", found " + scripts.keySet());
        }
        return script;
    }

    private static JsonNode config(Path folder) {
        Path file = folder.resolve(CONFIG_FILE);
        try {
            return Files.exists(file) ? MAPPER.readTree(Files.readString(file)) : MAPPER.createObjectNode();
        } catch (IOException e) {
            throw new ChatTemplateException(file + ": expected a readable JSON file, found " + e.getMessage(), e);
        }
    }

    private static Map<String, String> templates(Path folder, JsonNode config) {
        Path file = folder.resolve(TEMPLATE_FILE);
        if (Files.exists(file)) {
            try {
                return Map.of(DEFAULT, Files.readString(file));
            } catch (IOException e) {
                throw new ChatTemplateException(file + ": expected a readable file, found " + e.getMessage(), e);
            }
        }
        JsonNode found = config.path("chat_template");
        if (found.isTextual()) {
            return Map.of(DEFAULT, found.textValue());
        }
        Map<String, String> named = new LinkedHashMap<>();
        for (JsonNode entry : found) {
            named.put(entry.path("name").asText(), entry.path("template").asText());
        }
        return named;
    }

    private static Map<String, Object> tokenVariables(JsonNode config) {
        Map<String, Object> tokens = new LinkedHashMap<>();
        for (String key : TOKEN_VARIABLES) {
            JsonNode token = config.path(key);
            String spelling = token.isObject() ? token.path("content").asText() : token.asText();
            if (token.isObject() || token.isTextual()) {
                tokens.put(key, spelling);
            }
        }
        return tokens;
    }
}
