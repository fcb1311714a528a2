package io.speckv.evals.longbench;

import io.speckv.evals.jsonl.JsonLine;
import io.speckv.evals.jsonl.JsonLineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A folder with files of long-context benchmarks under their own names, one JSON object a line: LongBench's English tasks
 * ({@code hotpotqa.jsonl}), LongBench-E's ({@code hotpotqa_e.jsonl}), LongBench v2 ({@code longbench_v2.jsonl}, or its
 * {@code data.json}, an array) and InfiniteBench's Code-Debug ({@code code_debug.jsonl}).
 */
public final class LongBenchFolder {
    private static final String EXTENSION = ".jsonl";
    private static final String V2_ARRAY = "data.json";

    /** Readers of lines, by the name of their file without ending. */
    private static final Map<String, Function<JsonLine, LongBenchSample>> KNOWN = known();

    private final Path folder;

    public LongBenchFolder(Path folder) {
        this.folder = folder;
    }

    private static Map<String, Function<JsonLine, LongBenchSample>> known() {
        Map<String, Function<JsonLine, LongBenchSample>> known = new LinkedHashMap<>();
        for (boolean byLength : new boolean[] {false, true}) {
            for (LongBenchTask task : LongBenchTask.values()) {
                TaskLines lines = new TaskLines(task, byLength);
                known.put(lines.name(), lines::sample);
            }
        }
        for (ChoiceTask task : ChoiceTask.values()) {
            known.put(task.fileName(), task::sample);
        }
        return known;
    }

    /** Returns the names of the tasks whose files are there. */
    public List<String> tasks() {
        return KNOWN.keySet().stream()
                .filter(name -> Files.isRegularFile(file(name)))
                .toList();
    }

    /**
     * Returns a task's name unchanged if it is known.
     *
     * @throws IllegalArgumentException naming the known ones, if it is not one of them
     */
    public static String requireKnown(String name) {
        if (!KNOWN.containsKey(name)) {
            throw new IllegalArgumentException(
                    "there is no task '" + name + "' of a known file, there are " + String.join(", ", KNOWN.keySet()));
        }
        return name;
    }

    /** Returns the names of the JSONL files that belong to no known task, in order. */
    public List<String> otherFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(EXTENSION)
                            && !KNOWN.containsKey(name.substring(0, name.length() - EXTENSION.length())))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Returns the first samples of a task in the file's order. The rest of the file is not read.
     *
     * @param name one of the known ones
     * @param most samples, at least 1
     * @throws IOException if the file cannot be read
     * @throws JsonLineException if a line is not a sample of the task
     */
    public List<LongBenchSample> samples(String name, int most) throws IOException {
        Function<JsonLine, LongBenchSample> reader = Objects.requireNonNull(KNOWN.get(requireKnown(name)));
        Path file = file(name);
        List<LongBenchSample> samples = new ArrayList<>();
        for (JsonLine line : file.endsWith(V2_ARRAY) ? JsonLine.readArray(file, most) : JsonLine.read(file)) {
            if (samples.size() < most) {
                samples.add(reader.apply(line));
            }
        }
        return samples;
    }

    private Path file(String name) {
        Path array = folder.resolve(V2_ARRAY);
        return name.equals(ChoiceTask.LONGBENCH_V2.fileName()) && Files.isRegularFile(array)
                ? array
                : folder.resolve(name + EXTENSION);
    }
}
