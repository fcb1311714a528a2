package io.speckv.evals.ruler;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * RULER's task files: one JSON object a line with {@code index}, {@code input}, {@code outputs} and {@code length}.
 *
 * <p>Files of the original scripts load: older ones have the answer prefix inside the input, newer ones in {@code
 * answer_prefix} or {@code gen_prefix}. Files written here say in addition which task and seed they are from.
 */
public final class RulerFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RulerFile() {}

    /**
     * Returns the samples of {@code file}.
     *
     * @param task which task the file holds, as the original files do not say it
     * @param length length they were made for
     * @throws IOException if the file cannot be read or a line is not a sample; the message names the line
     */
    public static List<RulerSample> read(Path file, RulerTask task, int length) throws IOException {
        List<RulerSample> samples = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String where = file + ":" + (i + 1);
                samples.add(sample(json(lines.get(i), where), task, length, where));
            }
        }
        return samples;
    }

    /**
     * Returns the samples of a file that {@link #write} wrote, which says their tasks and lengths itself.
     *
     * @throws IOException if the file cannot be read or a line does not say so; the message names the line
     */
    public static List<RulerSample> read(Path file) throws IOException {
        List<RulerSample> samples = new ArrayList<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                String where = file + ":" + (i + 1);
                JsonNode node = json(lines.get(i), where);
                if (!node.path("task").isTextual() || !node.path("max_length").isInt()) {
                    throw new IOException(
                            where + " does not say its 'task' and 'max_length', as RULER's own files do not;"
                                    + " name the task and the length of the file");
                }
                RulerTask task = RulerTask.of(node.path("task").asText());
                samples.add(sample(node, task, node.path("max_length").asInt(), where));
            }
        }
        return samples;
    }

    /** Writes {@code samples} to {@code file}, which is replaced if it exists. */
    public static void write(Path file, List<RulerSample> samples) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (RulerSample sample : samples) {
                out.write(JSON.writeValueAsString(node(sample)));
                out.write('\n');
            }
        }
    }

    private static JsonNode json(String line, String where) throws IOException {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException(where + " is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static RulerSample sample(JsonNode node, RulerTask task, int length, String where) throws IOException {
        if (!node.path("input").isTextual() || node.path("outputs").isEmpty()) {
            throw new IOException(where + " is not a RULER sample: it needs a text 'input' and a list 'outputs'");
        }
        List<String> outputs = new ArrayList<>();
        node.path("outputs").forEach(output -> outputs.add(output.asText()));
        return new RulerSample(
                task,
                node.path("index").asInt(),
                length,
                node.path("length").asInt(),
                node.path("seed").asLong(),
                node.path("haystack").asText("original"),
                node.path("input").asText(),
                outputs,
                node.path("answer_prefix").asText(node.path("gen_prefix").asText("")),
                task.maxNewTokens());
    }

    private static ObjectNode node(RulerSample sample) {
        ObjectNode node = JSON.createObjectNode().put("index", sample.index()).put("input", sample.input());
        sample.outputs().forEach(node.putArray("outputs")::add);
        return node.put("length", sample.tokens())
                .put("answer_prefix", sample.answerPrefix())
                .put("max_length", sample.length())
                .put("task", sample.task().taskName())
                .put("seed", sample.seed())
                .put("haystack", sample.haystack());
    }
}
