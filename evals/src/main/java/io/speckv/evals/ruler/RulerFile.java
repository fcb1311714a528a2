package io.speckv.evals.ruler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.evals.jsonl.JsonLine;
import io.speckv.evals.jsonl.JsonLineException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * RULER's task files: one JSON object a line with {@code index}, {@code input}, {@code outputs} and {@code length}.
 *
 * <p>Files of the original scripts can be read: older ones have the answer prefix in the input, newer ones in
 * {@code answer_prefix} or {@code gen_prefix}. Files written here also have the task and the seed.
 */
public final class RulerFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RulerFile() {}

    /**
     * Returns the samples of {@code file}.
     *
     * @param task of lines that do not name theirs, as in the original files
     * @param length intended length of lines that do not give theirs; 0 if it is unknown
     * @throws IOException if the file cannot be read
     * @throws JsonLineException if a line is not a sample, or its task is not known
     */
    public static List<RulerSample> read(Path file, Optional<RulerTask> task, int length) throws IOException {
        List<RulerSample> samples = new ArrayList<>();
        for (JsonLine line : JsonLine.read(file)) {
            samples.add(sample(line, task(line, task), length));
        }
        return samples;
    }

    /** Writes {@code samples} to {@code file}; an existing file is replaced. */
    public static void write(Path file, List<RulerSample> samples) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (RulerSample sample : samples) {
                out.write(JSON.writeValueAsString(node(sample)));
                out.write('\n');
            }
        }
    }

    private static RulerTask task(JsonLine line, Optional<RulerTask> otherwise) {
        if (!line.object().has("task")) {
            return otherwise.orElseThrow(
                    () -> line.wrong(
                            "there is no 'task', as in all files of RULER's own scripts: name it (--task NAME --length TOKENS)"));
        }
        String name = line.text("task");
        try {
            return RulerTask.of(name);
        } catch (IllegalArgumentException e) {
            throw line.wrong(String.valueOf(e.getMessage()));
        }
    }

    private static RulerSample sample(JsonLine line, RulerTask task, int length) {
        JsonNode node = line.object();
        return new RulerSample(
                task,
                node.path("index").asInt(),
                node.path("max_length").asInt(length),
                node.path("length").asInt(),
                node.path("seed").asLong(),
                node.path("haystack").asText("original"),
                line.text("input"),
                line.texts("outputs"),
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
