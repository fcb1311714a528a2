package io.speckv.text.chat;

import io.speckv.text.ChatTemplateException;
import io.speckv.text.ControlSpellings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a template writes all of a conversation's tool calls and results. Some templates know neither (Gemma 3), and
 * leave them out or fail with a misleading error. Some write only the results, or one call of several. The check puts points
 * behind results and behind the names of calls, as {@link OriginPoints} does; points that do not come out show what is missing.
 * If a template refuses points, or takes texts apart so that they cannot be read, nothing is reported.
 */
final class ToolTurns {
    private static final Set<String> RESULT_ROLES = Set.of("tool", "function");
    private static final String CALLS = "tool_calls";
    private static final String FUNCTION = "function";
    private static final String NAME = "name";
    private static final String ID = "id";
    /** A chat that every template with tool turns accepts; its ids have Mistral's length. */
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

    private static final List<ChatMessage> WITHOUT_TOOLS =
            List.of(PLAIN.get(0), new ChatMessage("assistant", "In the box."), PLAIN.get(0));

    private final ChatTemplate template;
    private final Map<String, ? extends @Nullable Object> variables;

    private ToolTurns(ChatTemplate template, Map<String, ? extends @Nullable Object> variables) {
        this.template = template;
        this.variables = variables;
    }

    /** A call or result that is marked with a point. */
    private record Told(int message, boolean result) {
        ChatTemplateException missing(Optional<ChatTemplateException> refusal) {
            String what =
                    (result ? "is a tool's result" : "calls a tool") + ", which the chat template does not lay out";
            String rule = refusal.map(e -> what + ": " + e.getMessage()).orElse(what);
            return new ChatTemplateException(new ChatTemplateException.OfMessage(message, rule), refusal.orElse(null));
        }
    }

    /**
     * Returns turns of which the template writes every tool call and result: the messages as they are, or each message with
     * both text and calls as two turns.
     *
     * @param variables as for {@link ChatTemplate#render}
     * @throws ChatTemplateException naming the first message of which the template leaves something out
     */
    static List<TemplateTurn> whole(
            ChatTemplate template, List<ChatMessage> messages, Map<String, ? extends @Nullable Object> variables) {
        List<TemplateTurn> turns = TemplateTurn.of(messages);
        return messages.stream().anyMatch(ToolTurns::tellsOfTools)
                ? new ToolTurns(template, variables).whole(turns)
                : turns;
    }

    private static boolean tellsOfTools(ChatMessage message) {
        return RESULT_ROLES.contains(message.role()) || message.attributes().get(CALLS) instanceof List<?>;
    }

    private List<TemplateTurn> whole(List<TemplateTurn> turns) {
        Optional<Told> missing = missing(turns);
        if (missing.isEmpty()) {
            return turns;
        }
        // DeepSeek's templates look for calls only in turns without text, and treat empty text as text.
        List<TemplateTurn> apart = turns.stream().flatMap(ToolTurns::apart).toList();
        Optional<Told> still = apart.equals(turns) ? missing : missing(apart);
        if (still.isEmpty()) {
            return apart;
        }
        throw missing.get().missing(refusal(turns));
    }

    private static Stream<TemplateTurn> apart(TemplateTurn turn) {
        ChatMessage message = turn.message();
        String content = message.content();
        if (content == null || !(message.attributes().get(CALLS) instanceof List<?> calls) || calls.isEmpty()) {
            return Stream.of(turn);
        }
        TemplateTurn silent =
                new TemplateTurn(turn.number(), new ChatMessage(message.role(), null, message.attributes()));
        TemplateTurn spoken = new TemplateTurn(turn.number(), new ChatMessage(message.role(), content));
        return content.isBlank() ? Stream.of(silent) : Stream.of(spoken, silent);
    }

    /** A conversation with its points. A point's number is its index in {@code told}. */
    private record Marked(List<TemplateTurn> turns, List<Told> told, Markers markers) {
        /**
         * Returns the numbers of the points that came out; of all if the template takes texts apart so that they are hidden.
         */
        Set<Integer> foundIn(String rendered) {
            try {
                return markers.unmark(rendered).points().stream()
                        .map(Markers.Point::number)
                        .collect(Collectors.toSet());
            } catch (ChatTemplateException e) {
                return IntStream.range(0, told.size()).boxed().collect(Collectors.toSet());
            }
        }
    }

    private Optional<Told> missing(List<TemplateTurn> turns) {
        Marked marked = mark(turns, NAME);
        if (marked.told.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> rendered = rendered(marked.turns);
        if (rendered.isPresent()) {
            return missingFrom(marked, rendered.get(), turns);
        }
        boolean itsTools = refusal(turns).isPresent()
                && !laysOutPlainTurns()
                && rendered(TemplateTurn.of(WITHOUT_TOOLS)).isPresent();
        // Otherwise the template refuses the points, or refuses the conversation for another reason.
        return itsTools
                ? marked.told.stream()
                        .filter(Told::result)
                        .findFirst()
                        .or(() -> marked.told.stream().findFirst())
                : Optional.empty();
    }

    /** A call whose name does not come out may show by its id: Kimi's ids contain the name. */
    private Optional<Told> missingFrom(Marked marked, String rendered, List<TemplateTurn> turns) {
        Set<Integer> found = new HashSet<>(marked.foundIn(rendered));
        boolean lacksCalls = IntStream.range(0, marked.told.size())
                .anyMatch(number -> !found.contains(number) && !marked.told.get(number).result);
        if (lacksCalls) {
            Marked byId = mark(turns, ID);
            rendered(byId.turns).map(byId::foundIn).ifPresent(found::addAll);
        }
        return IntStream.range(0, marked.told.size())
                .filter(number -> !found.contains(number))
                .mapToObj(marked.told::get)
                .findFirst();
    }

    private boolean laysOutPlainTurns() {
        List<TemplateTurn> turns = TemplateTurn.of(PLAIN);
        Marked plain = mark(turns, NAME);
        return rendered(plain.turns)
                .map(rendered -> missingFrom(plain, rendered, turns).isEmpty())
                .orElse(false);
    }

    /** @param key of a call behind whose value the point is put; a call without this key gets no point */
    private Marked mark(List<TemplateTurn> turns, String key) {
        List<ChatMessage> messages = turns.stream().map(TemplateTurn::message).toList();
        Markers markers = Markers.absentFrom(messages, variables, new ControlSpellings(List.of()));
        List<Told> told = new ArrayList<>();
        List<TemplateTurn> marked = new ArrayList<>();
        turns.forEach(turn -> marked.add(new TemplateTurn(turn.number(), mark(turn, key, markers, told))));
        return new Marked(marked, told, markers);
    }

    private Optional<String> rendered(List<TemplateTurn> turns) {
        try {
            return Optional.of(render(turns));
        } catch (ChatTemplateException e) {
            return Optional.empty();
        }
    }

    private Optional<ChatTemplateException> refusal(List<TemplateTurn> turns) {
        try {
            var unused = render(turns);
            return Optional.empty();
        } catch (ChatTemplateException e) {
            return Optional.of(e);
        }
    }

    private String render(List<TemplateTurn> turns) {
        return template.render(turns.stream().map(TemplateTurn::message).toList(), variables);
    }

    private static ChatMessage mark(TemplateTurn turn, String key, Markers markers, List<Told> told) {
        ChatMessage message = turn.message();
        String content = message.content();
        if (RESULT_ROLES.contains(message.role()) && content != null && !content.isBlank()) {
            told.add(new Told(turn.number(), true));
            return new ChatMessage(message.role(), content + markers.point(told.size() - 1), message.attributes());
        }
        if (!(message.attributes().get(CALLS) instanceof List<?> calls)) {
            return message;
        }
        List<@Nullable Object> marked = new ArrayList<>();
        for (Object call : calls) {
            if (call instanceof Map<?, ?> map && map.get(FUNCTION) instanceof Map<?, ?> function) {
                told.add(new Told(turn.number(), false));
                String point = markers.point(told.size() - 1);
                marked.add(
                        key.equals(ID) ? behind(map, ID, point) : with(map, FUNCTION, behind(function, NAME, point)));
            } else {
                marked.add(call);
            }
        }
        return new ChatMessage(message.role(), content, with(message.attributes(), CALLS, marked));
    }

    private static Map<String, @Nullable Object> behind(Map<?, ?> map, String key, String point) {
        return with(map, key, map.get(key) instanceof String text ? text + point : map.get(key));
    }

    private static Map<String, @Nullable Object> with(Map<?, ?> map, String key, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, old) -> copy.put(String.valueOf(name), old));
        copy.put(key, value);
        return copy;
    }
}
