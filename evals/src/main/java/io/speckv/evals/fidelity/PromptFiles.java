package io.speckv.evals.fidelity;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.evals.EvalPrompt;
import io.speckv.evals.jsonl.JsonLine;
import io.speckv.evals.jsonl.JsonLineException;
import io.speckv.evals.longbench.LongBenchTask;
import io.speckv.text.ByteOrderMark;
import io.speckv.text.chat.ChatMessage;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A user's prompts in files. A text file is one prompt. In a {@code .jsonl} file every line is one: a chat ({@code messages} of
 * {@code role} and {@code content}), a text ({@code prompt}), or a sample of LongBench ({@code context} and {@code input} in a
 * file of the task's name).
 *
 * @param question added to each text without a question of its own, after a blank line; empty for none
 * @param chat whether such texts are a user's message in the target's chat template
 */
public record PromptFiles(String question, boolean chat) {
    private static final String LINES = ".jsonl";
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Returns the prompts of a file, or of all files of a folder in the order of their names. Folders in it are left out, and
     * files whose names begin with a dot: systems and editors leave such files behind.
     *
     * @throws IOException if a file cannot be read
     * @throws IllegalArgumentException if there is no such file, or no file in the folder, or a file is empty or not text
     * @throws JsonLineException if a line is not a prompt
     */
    public List<EvalPrompt> read(Path place) throws IOException {
        if (!Files.exists(place)) {
            throw new IllegalArgumentException(place + ": there is no such file or folder");
        }
        if (!Files.isDirectory(place)) {
            return file(place);
        }
        List<Path> files;
        try (Stream<Path> all = Files.list(place)) {
            files = all.filter(Files::isRegularFile)
                    .filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(place + " holds no files; it must hold prompts as text or as .jsonl");
        }
        List<EvalPrompt> prompts = new ArrayList<>();
        for (Path file : files) {
            prompts.addAll(file(file));
        }
        return prompts;
    }

    private List<EvalPrompt> file(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (!name.endsWith(LINES)) {
            return List.of(new EvalPrompt.Text(name, asked(text(file)), chat));
        }
        List<EvalPrompt> prompts = new ArrayList<>();
        for (JsonLine line : JsonLine.read(file)) {
            String place = name + line.where().substring(line.where().lastIndexOf(':'));
            prompts.add(prompt(place, name.substring(0, name.length() - LINES.length()), line));
        }
        return prompts;
    }

    private static String text(Path file) throws IOException {
        try {
            String text = ByteOrderMark.without(Files.readString(file));
            if (text.isBlank()) {
                throw new IllegalArgumentException(file + " is empty; a prompt needs text");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + " is not text in UTF-8", e);
        }
    }

    private String asked(String text) {
        return question.isEmpty() ? text : text.stripTrailing() + "\n\n" + question;
    }

    private EvalPrompt prompt(String name, String task, JsonLine line) {
        if (line.object().has("messages")) {
            return new EvalPrompt.Chat(name, messages(line), false);
        }
        if (line.object().has("context")) {
            return sample(name, task, line);
        }
        if (line.object().has("prompt")) {
            return new EvalPrompt.Text(name, asked(line.text("prompt")), chat);
        }
        throw line.wrong("there is no prompt: a line must have 'messages' (a chat), 'prompt' (a text), or 'context' and"
                + " 'input' (LongBench)");
    }

    private static EvalPrompt sample(String name, String task, JsonLine line) {
        String context = line.text("context");
        String input = line.text("input");
        try {
            LongBenchTask known = LongBenchTask.of(task);
            return new EvalPrompt.Text(name, known.prompt(context, input), known.usesChatTemplate());
        } catch (IllegalArgumentException e) {
            throw line.wrong("a 'context' needs a file named after its task, as hotpotqa.jsonl: " + e.getMessage());
        }
    }

    private static List<ChatMessage> messages(JsonLine line) {
        JsonNode list = line.object().path("messages");
        if (!list.isArray() || list.isEmpty()) {
            throw line.wrong("'messages' must be a list of at least one message");
        }
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : list) {
            messages.add(message(message, line));
        }
        return messages;
    }

    private static ChatMessage message(JsonNode message, JsonLine line) {
        JsonNode content = message.path("content");
        if (!message.path("role").isTextual() || !(content.isTextual() || content.isNull())) {
            throw line.wrong("a message must have a 'role' and a 'content' that are texts");
        }
        Map<String, @Nullable Object> attributes =
                new LinkedHashMap<>(JSON.convertValue(message, new TypeReference<Map<String, @Nullable Object>>() {}));
        attributes.keySet().removeAll(List.of("role", "content"));
        return new ChatMessage(
                message.path("role").textValue(), content.isNull() ? null : content.textValue(), attributes);
    }
}
