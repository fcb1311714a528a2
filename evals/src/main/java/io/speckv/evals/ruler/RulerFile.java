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
                samples.add(sample(lines.get(i), task, length, file + ":" + (i + 1)));
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

    private static RulerSample sample(String line, RulerTask task, int length, String where) throws IOException {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException(where + " is not JSON: " + e.getOriginalMessage(), e);
        }
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
