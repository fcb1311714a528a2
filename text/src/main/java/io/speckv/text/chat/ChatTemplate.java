package io.speckv.text.chat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.text.ChatTemplateException;
import io.speckv.text.TemplateFiles;
import io.speckv.text.TokenizerConfig;
import io.speckv.text.jinja.JinjaException;
import io.speckv.text.jinja.JinjaTemplate;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The chat template of a model folder: writes a conversation as the prompt the model was trained on, or fails.
 *
 * <p>If there are several templates, {@code tool_use} renders conversations with tools and {@code default} all others. A
 * template that cannot be parsed fails only when it is asked to render. Loading and rendering take milliseconds. Thread-safe.
 */
public final class ChatTemplate implements ChatLayout {
    private static final String TOOL_USE = "tool_use";
    private static final String TOOLS = "tools";
    private static final String MESSAGES = "messages";

    private static final Pattern TOOLS_READ = Pattern.compile("\\b(?:tools|custom_tools)\\b");

    private final Map<String, String> sources;
    private final Map<String, JinjaTemplate> templates;
    private final Map<String, String> problems;
    private final Map<String, @Nullable Object> defaults;

    private ChatTemplate(
            Map<String, String> sources,
            Map<String, JinjaTemplate> templates,
            Map<String, String> problems,
            Map<String, @Nullable Object> defaults) {
        this.sources = sources;
        this.templates = templates;
        this.problems = problems;
        this.defaults = defaults;
    }

    /** Returns whether a model folder has a chat template; base models often have none. */
    public static boolean isIn(Path folder) {
        return !TemplateFiles.read(folder, config(folder).root()).isEmpty();
    }

    /**
     * Returns the chat template of a model folder.
     *
     * @throws ChatTemplateException if there is none, or a file cannot be read
     */
    public static ChatTemplate open(Path folder) {
        return open(folder, Clock.system(ZoneId.systemDefault()));
    }

    static ChatTemplate open(Path folder, Clock clock) {
        TokenizerConfig config = config(folder);
        Map<String, String> sources = TemplateFiles.read(folder, config.root());
        if (sources.isEmpty()) {
            throw new ChatTemplateException(folder + ": expected " + TemplateFiles.FILE + " or chat_template in "
                    + TokenizerConfig.FILE + ", found neither");
        }
        Map<String, JinjaTemplate> templates = new LinkedHashMap<>();
        Map<String, String> problems = new LinkedHashMap<>();
        sources.forEach((name, source) -> {
            try {
                templates.put(name, JinjaTemplate.parse(source, clock));
            } catch (JinjaException e) {
                problems.put(name, String.valueOf(e.getMessage()));
            }
        });
        return new ChatTemplate(sources, templates, problems, defaults(config));
    }

    /** Returns the source of the template for conversations with or without tools. */
    public String source(boolean withTools) {
        return sources.getOrDefault(name(withTools), "");
    }

    /** Returns whether the template for conversations with tools reads the tool definitions. */
    public boolean readsTools() {
        return TOOLS_READ.matcher(source(true)).find();
    }

    /** Returns why the template for conversations with or without tools cannot be parsed; empty if it can. */
    public Optional<String> problem(boolean withTools) {
        return Optional.ofNullable(problems.get(name(withTools)));
    }

    /** Returns the problem of each template that cannot be parsed, by its name; empty if all can be parsed. */
    public Map<String, String> problems() {
        return Map.copyOf(problems);
    }

    /**
     * Returns the prompt of a conversation.
     *
     * @param variables further variables of the template, such as {@code add_generation_prompt}, {@code tools} or
     *     {@code enable_thinking}: strings, numbers, booleans, lists and maps; {@code bos_token} and the like are already set
     * <p>Templates differ in the form of turns that only call tools: the forms of {@link TurnForm} are tried.
     *
     * @throws ChatTemplateException if the template refuses the conversation or cannot be parsed or rendered
     */
    public String render(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        if (variables.containsKey(MESSAGES)) {
            throw new IllegalArgumentException("variables must not hold messages: they are an argument of their own");
        }
        Map<String, @Nullable Object> all = new LinkedHashMap<>(defaults);
        all.putAll(variables);
        JinjaTemplate template = template(variables.get(TOOLS) != null);
        JinjaException failure = null;
        for (TurnForm form : TurnForm.of(messages)) {
            all.put(MESSAGES, messages.stream().map(form::variables).toList());
            try {
                return template.render(all);
            } catch (JinjaException e) {
                failure = failure == null ? e : failure;
            }
        }
        throw new ChatTemplateException(
                "the chat template failed: " + (failure == null ? "" : failure.getMessage()), failure);
    }

    @Override
    public LaidOutChat layOut(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return new LaidOutChat(render(messages, variables));
    }

    /** {@inheritDoc} Only calls of tools and their results are checked; other parts are left to the template. */
    @Override
    public List<TemplateTurn> whole(List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return ToolTurns.whole(this, messages, variables);
    }

    private String name(boolean withTools) {
        return withTools && sources.containsKey(TOOL_USE) ? TOOL_USE : TemplateFiles.DEFAULT;
    }

    private JinjaTemplate template(boolean withTools) {
        String name = name(withTools);
        JinjaTemplate template = templates.get(name);
        if (template != null) {
            return template;
        }
        String problem = problems.get(name);
        throw new ChatTemplateException(
                problem != null
                        ? "the model's chat template cannot be parsed: " + problem
                        : "expected a chat template named " + name + ", found " + templates.keySet());
    }

    private static TokenizerConfig config(Path folder) {
        try {
            return TokenizerConfig.read(folder);
        } catch (IOException e) {
            throw new ChatTemplateException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Returns the variables that transformers passes to every template: absent tools and documents are none, not undefined. */
    private static Map<String, @Nullable Object> defaults(TokenizerConfig config) {
        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        defaults.put(TOOLS, null);
        defaults.put("documents", null);
        defaults.put("add_generation_prompt", false);
        defaults.putAll(config.namedTokens());
        List<String> further = new ArrayList<>();
        for (JsonNode token : config.root().path("additional_special_tokens")) {
            further.add(
                    token.isTextual()
                            ? token.textValue()
                            : token.path("content").asText());
        }
        if (!further.isEmpty()) {
            defaults.put("additional_special_tokens", further);
        }
        config.root()
                .path("extra_special_tokens")
                .properties()
                .forEach(token -> defaults.put(
                        token.getKey(),
                        token.getValue().isTextual()
                                ? token.getValue().textValue()
                                : token.getValue().path("content").asText()));
        return defaults;
    }
}
