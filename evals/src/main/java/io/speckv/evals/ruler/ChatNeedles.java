package io.speckv.evals.ruler;

import io.speckv.evals.words.Draw;
import io.speckv.evals.words.HaystackText;
import io.speckv.evals.words.WordList;
import io.speckv.text.chat.ChatMessage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * RULER's needles in chats as agents send them: a system message with rules and tool definitions, a turn with a document, and a
 * question. A number is hidden in each part, which shows what the model still knows of a compressed chat.
 *
 * <p>The definitions are in the system message's text, since every template writes that. Thread-safe if the counter is.
 */
public final class ChatNeedles {
    private static final NeedleWording WORDING = NeedleWording.NUMBERS;
    private static final int DOCUMENT_NEEDLES = 4;
    private static final int NEW_TOKENS = 64;

    private final ChatCounter tokens;
    private final WordList words;
    private final NeedlePrompt.Hay document;
    private final String promptEnd;

    /** Counts the tokens that the target reads of a chat. */
    @FunctionalInterface
    public interface ChatCounter {
        /** Returns the tokens of a chat whose answer begins a turn of its own, or continues the last message. */
        int count(List<ChatMessage> messages, boolean continuesLast);
    }

    /**
     * Creates a generator.
     *
     * @param promptEnd added to every answer prefix, as in {@link Ruler}
     */
    public ChatNeedles(ChatCounter tokens, WordList words, HaystackText document, String promptEnd) {
        this.tokens = tokens;
        this.words = words;
        this.document = NeedlePrompt.text(document);
        this.promptEnd = promptEnd;
    }

    /**
     * Returns {@code count} chats in which prompt and answer together have {@code length} tokens. Chats with the same number
     * have the same needles in all tasks.
     *
     * @throws IllegalArgumentException if even a chat without a document is longer
     */
    public List<ChatSample> samples(ChatTask task, int length, long seed, int count) {
        List<ChatSample> samples = new ArrayList<>(count);
        int units = length / 32;
        for (int index = 0; index < count; index++) {
            long own = Draw.seedOf(seed, length, index);
            units = fit(task, length, own, units);
            Drawn drawn = draw(task, units, own);
            samples.add(new ChatSample(
                    task,
                    index,
                    length,
                    seed,
                    drawn.messages,
                    task.beginsAnswer(),
                    NEW_TOKENS,
                    drawn.score,
                    drawn.obedience));
        }
        return samples;
    }

    private record Drawn(
            List<ChatMessage> messages,
            ToDoubleFunction<String> score,
            @Nullable ToDoubleFunction<String> obedience) {}

    private record Needle(String key, String number) {
        String sentence() {
            return WORDING.needle(key, number);
        }
    }

    /** Returns three different keys: for the system message, a tool, and the document. */
    private Set<String> keys(Draw draw) {
        Set<String> keys = new LinkedHashSet<>();
        while (keys.size() < DOCUMENT_NEEDLES + 2) {
            keys.add(words.pair(draw));
        }
        return keys;
    }

    private int fit(ChatTask task, int length, long seed, int guess) {
        int least = document.unitsMin(DOCUMENT_NEEDLES);
        int units = LargestFit.find(least, guess, tried -> size(task, tried, seed) <= length);
        if (units < least) {
            throw new IllegalArgumentException("length is " + length + " tokens, the smallest chat of "
                    + task.taskName() + " and its answer take " + size(task, least, seed));
        }
        return units;
    }

    private int size(ChatTask task, int units, long seed) {
        return tokens.count(draw(task, units, seed).messages, task.beginsAnswer()) + NEW_TOKENS;
    }

    private Drawn draw(ChatTask task, int units, long seed) {
        Draw draw = new Draw(seed);
        List<Needle> needles = new ArrayList<>();
        for (String key : keys(draw)) {
            needles.add(new Needle(key, draw.number(7)));
        }
        Needle ofSystem = needles.remove(0);
        Needle ofTool = needles.remove(0);
        String sign = draw.pick(words.nouns()).toUpperCase(Locale.ROOT);
        Needle asked = switch (task) {
            case CHAT_DOCUMENT, CHAT_FORM -> needles.get(0);
            case CHAT_SYSTEM -> ofSystem;
            case CHAT_TOOL -> ofTool;
        };
        List<String> hidden = needles.stream().map(Needle::sentence).toList();
        List<ChatMessage> messages = new ArrayList<>(List.of(
                new ChatMessage(
                        "system", system(ofSystem.sentence(), ofTool.sentence(), sign, task == ChatTask.CHAT_FORM)),
                new ChatMessage("user", WORDING.header(DOCUMENT_NEEDLES) + document.hide(hidden, units, draw)),
                new ChatMessage("assistant", "I have read it."),
                new ChatMessage("user", WORDING.question(List.of(asked.key), 1))));
        if (task.beginsAnswer()) {
            messages.add(new ChatMessage(
                    "assistant", WORDING.answerPrefix(List.of(asked.key), 1).strip() + promptEnd));
        }
        return new Drawn(
                messages,
                answer -> RulerScore.matchAll(answer, List.of(asked.number)),
                task == ChatTask.CHAT_FORM ? answer -> RulerScore.clean(answer).startsWith(sign + ":") ? 1 : 0 : null);
    }

    private static String system(String needle, String toolNeedle, String sign, boolean form) {
        return "You answer questions about documents.\n"
                + "- Use what you were given, and do not guess.\n"
                + "- Do not repeat the document.\n"
                + "- " + needle + "\n"
                + (form ? "- Every answer begins with " + sign + ": and then gives the number.\n" : "")
                + "You have these tools:\n"
                + """
                [{"name": "find_record", "description": "Finds a record. %s", "parameters": {"type": "object", \
                "properties": {"name": {"type": "string"}, "year": {"type": "integer"}}, "required": ["name"]}}, \
                {"name": "send_note", "description": "Sends a note to a person.", "parameters": {"type": "object", \
                "properties": {"to": {"type": "string"}, "text": {"type": "string"}}, "required": ["to", "text"]}}]""".formatted(toolNeedle);
    }
}
