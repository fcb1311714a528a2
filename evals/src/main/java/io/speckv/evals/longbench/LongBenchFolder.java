package io.speckv.evals.longbench;

import io.speckv.evals.jsonl.JsonLine;
import io.speckv.evals.jsonl.JsonLineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder with LongBench's files, {@code hotpotqa.jsonl} and so on, one JSON object a line. */
public final class LongBenchFolder {
    private static final String EXTENSION = ".jsonl";

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

    /** Returns the names of the JSONL files that are none of an English task's, in order. */
    public List<String> otherFiles() throws IOException {
        Set<String> known = Arrays.stream(LongBenchTask.values())
                .map(task -> task.taskName() + EXTENSION)
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(EXTENSION) && !known.contains(name))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns the samples of {@code task} in the file's order.
     *
     * @throws IOException if the file cannot be read
     * @throws JsonLineException if a line is not a sample of the task
     */
    public List<LongBenchSample> samples(LongBenchTask task) throws IOException {
        List<LongBenchSample> samples = new ArrayList<>();
        for (JsonLine line : JsonLine.read(file(task))) {
            samples.add(sample(task, line, samples.size()));
        }
        return samples;
    }

    private Path file(LongBenchTask task) {
        return folder.resolve(task.taskName() + EXTENSION);
    }

    private static LongBenchSample sample(LongBenchTask task, JsonLine line, int index) {
        String id = line.object().path("_id").asText(task + "-" + index);
        String input = line.text("input");
        String context = line.text("context");
        List<String> answers = line.texts("answers");
        List<String> classes = task.hasClasses() ? line.texts("all_classes") : List.of();
        try {
            return new LongBenchSample(task, id, input, context, answers, classes);
        } catch (IllegalArgumentException e) {
            throw line.wrong(String.valueOf(e.getMessage()));
        }
    }
}
