package io.speckv.evals.longbench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A folder with LongBench's files, {@code hotpotqa.jsonl} and so on, one JSON object a line. */
public final class LongBenchFolder {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    public LongBenchFolder(Path folder) {
        this.folder = folder;
    }

    /** Returns the English tasks whose files are there. */
    public List<LongBenchTask> tasks() {
        return Arrays.stream(LongBenchTask.values())
                .filter(task -> Files.isRegularFile(file(task)))
                .toList();
    }

    /**
     * Returns the samples of {@code task} in the file's order.
     *
     * @throws IOException if the file cannot be read or a line is not a sample; the message names the line
     */
    public List<LongBenchSample> samples(LongBenchTask task) throws IOException {
        List<LongBenchSample> samples = new ArrayList<>();
        List<String> lines = Files.readAllLines(file(task));
        for (int i = 0; i < lines.size(); i++) {
            if (!lines.get(i).isBlank()) {
                samples.add(sample(task, lines.get(i), i + 1));
            }
        }
        return samples;
    }

    private Path file(LongBenchTask task) {
        return folder.resolve(task.taskName() + ".jsonl");
    }

    private LongBenchSample sample(LongBenchTask task, String line, int number) throws IOException {
        String where = file(task) + ":" + number;
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IOException(where + " is not JSON: " + e.getOriginalMessage(), e);
        }
        if (!node.path("context").isTextual() || node.path("answers").isEmpty()) {
            throw new IOException(where + " is not a LongBench sample: it needs a text 'context' and a list 'answers'");
        }
        return new LongBenchSample(
                task,
                node.path("_id").asText(task + "-" + number),
                node.path("input").asText(),
                node.path("context").asText(),
                texts(node.path("answers")),
                texts(node.path("all_classes")));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}
