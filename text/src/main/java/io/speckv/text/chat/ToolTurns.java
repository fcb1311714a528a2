package io.speckv.text.chat;

import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlSpellings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a template lays out what a conversation tells of tools: calls of earlier answers, and their results. Some know neither
 * (Gemma 3), and leave them out or fail for a reason of another name; some write the results alone, or one call of several. Points
 * are set behind results and what names a call, as in {@link OriginPoints}: those that do not come out show what is missing.
 */
final class ToolTurns {
    private static final Set<String> RESULT_ROLES = Set.of("tool", "function");
    private static final String CALLS = "tool_calls";
    private static final String FUNCTION = "function";
    private static final String NAME = "name";
    private static final String ID = "id";
    /** A chat that every template with turns of tools takes: ids have Mistral's length. */
    private static final List<ChatMessage> PLAIN = List.of(
            new ChatMessage("user", "Where is it?"),
            new ChatMessage(
                    "assistant",
                    null,
                    Map.of(
                            CALLS,
                            List.of(Map.of(
                                    ID,
                                    "look00001",
                                    "type",
                                    FUNCTION,
                                    FUNCTION,
                                    Map.of(NAME, "look", "arguments", "{\"at\": \"all\"}"))))),
            new ChatMessage("tool", "In the box.", Map.of("tool_call_id", "look00001", NAME, "look")));

    private final ChatTemplate template;
    private final Map<String, ? extends @Nullable Object> variables;

    private ToolTurns(ChatTemplate template, Map<String, ? extends @Nullable Object> variables) {
        this.template = template;
        this.variables = variables;
    }

    /** What was marked with a point. */
    private record Told(int message, boolean result) {
        String missing() {
            return "message " + message + (result ? " is a tool's result" : " calls a tool")
                    + ", which the chat template does not lay out";
        }
    }

    /**
     * Returns the prompt of a conversation, of which nothing that tells of tools is missing.
     *
     * @param variables as for {@link ChatTemplate#render}
     * @throws ChatTemplateException naming the first message that the template does not lay out, or if it refuses the conversation
     */
    static String layOut(
            ChatTemplate template, List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        return new ToolTurns(template, variables).layOut(messages);
    }

    private String layOut(List<ChatMessage> messages) {
        String prompt;
        try {
            prompt = template.render(messages, variables);
        } catch (ChatTemplateException e) {
            throw missing(messages)
                    .map(told -> new ChatTemplateException(told.missing() + ": " + e.getMessage(), e))
                    .orElse(e);
        }
        Optional<Told> missing = missing(messages);
        if (missing.isEmpty()) {
            return prompt;
        }
        // DeepSeek's templates look for calls where there is no text, and take an empty one for text.
        List<ChatMessage> silent = messages.stream().map(ToolTurns::silent).toList();
        if (!silent.equals(messages) && missing(silent).isEmpty()) {
            return template.render(silent, variables);
        }
        throw new ChatTemplateException(missing.get().missing());
    }

    private static ChatMessage silent(ChatMessage message) {
        String content = message.content();
        boolean callsAlone =
                content != null && content.isBlank() && message.attributes().get(CALLS) instanceof List<?>;
        return callsAlone ? new ChatMessage(message.role(), null, message.attributes()) : message;
    }

    /** A conversation with its points: the number of one is its place in {@code told}. */
    private record Marked(List<ChatMessage> messages, List<Told> told, Markers markers) {

        /** Returns what has not come out; nothing if the template takes texts apart in a way that hides it. */
        Optional<Told> missingFrom(String rendered) {
            Set<Integer> found;
            try {
                found = markers.unmark(rendered).points().stream()
                        .map(Markers.Point::number)
                        .collect(Collectors.toSet());
            } catch (ChatTemplateException e) {
                return Optional.empty();
            }
            return IntStream.range(0, told.size())
                    .filter(number -> !found.contains(number))
                    .mapToObj(told::get)
                    .findFirst();
        }
    }

    private Optional<Told> missing(List<ChatMessage> messages) {
        Marked marked = mark(messages, NAME);
        if (marked.told.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> rendered = rendered(marked.messages);
        if (rendered.isPresent()) {
            return marked.missingFrom(rendered.get()).filter(told -> told.result || lacksIds(messages));
        }
        if (rendered(messages).isPresent() || laysOutPlainTurns()) {
            // It refuses the points, or the conversation for another reason.
            return Optional.empty();
        }
        return marked.told.stream()
                .filter(Told::result)
                .findFirst()
                .or(() -> marked.told.stream().findFirst());
    }

    /** Returns whether something is missing where calls are told by their ids, in which Kimi's have the name. */
    private boolean lacksIds(List<ChatMessage> messages) {
        Marked marked = mark(messages, ID);
        return rendered(marked.messages)
                .map(rendered -> marked.missingFrom(rendered).isPresent())
                .orElse(true);
    }

    private boolean laysOutPlainTurns() {
        Marked plain = mark(PLAIN, NAME);
        return rendered(plain.messages)
                .map(rendered -> plain.missingFrom(rendered).isEmpty())
                .orElse(false);
    }

    /** @param key of a call behind which its point stands */
    private Marked mark(List<ChatMessage> messages, String key) {
        Markers markers = Markers.absentFrom(messages, variables, new ControlSpellings(List.of()));
        List<Told> told = new ArrayList<>();
        List<ChatMessage> marked = new ArrayList<>();
        messages.forEach(message -> marked.add(mark(message, marked.size(), key, markers, told)));
        return new Marked(marked, told, markers);
    }

    private Optional<String> rendered(List<ChatMessage> messages) {
        try {
            return Optional.of(template.render(messages, variables));
        } catch (ChatTemplateException e) {
            return Optional.empty();
        }
    }

    private static ChatMessage mark(ChatMessage message, int number, String key, Markers markers, List<Told> told) {
        String content = message.content();
        if (RESULT_ROLES.contains(message.role()) && content != null && !content.isBlank()) {
            told.add(new Told(number, true));
            return new ChatMessage(message.role(), content + markers.point(told.size() - 1), message.attributes());
        }
        if (!(message.attributes().get(CALLS) instanceof List<?> calls)) {
            return message;
        }
        List<@Nullable Object> marked = new ArrayList<>();
        for (Object call : calls) {
            if (call instanceof Map<?, ?> map && map.get(FUNCTION) instanceof Map<?, ?> function) {
                told.add(new Told(number, false));
                String point = markers.point(told.size() - 1);
                marked.add(
                        key.equals(ID)
                                ? with(map, ID, map.get(ID) + point)
                                : with(map, FUNCTION, with(function, NAME, function.get(NAME) + point)));
            } else {
                marked.add(call);
            }
        }
        return new ChatMessage(message.role(), content, with(message.attributes(), CALLS, marked));
    }

    private static Map<String, @Nullable Object> with(Map<?, ?> map, String key, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, old) -> copy.put(String.valueOf(name), old));
        copy.put(key, value);
        return copy;
    }
}
