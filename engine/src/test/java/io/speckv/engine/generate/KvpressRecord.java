package io.speckv.engine.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.speckv.engine.GoldenRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What kvpress kept and answered, as {@code evals/kvpress/record.py} writes it.
 *
 * @param model folder of the model that it was recorded with; it need not be there
 * @param budget KV pairs of each KV head on average, window included
 */
record KvpressRecord(Path model, int budget, int window, int kernel, List<Run> runs) {
    private static final Path GOLDEN = Path.of(System.getProperty("speckv.golden"));

    /**
     * One press on one prompt.
     *
     * @param kept positions by layer and KV head
     * @param answer greedy tokens; none of them ends it
     */
    record Run(
            String promptName, int[] prompt, String press, JsonNode settings, List<List<BitSet>> kept, int[] answer) {
        @Override
        public String toString() {
            return press + " " + settings + " on " + promptName;
        }
    }

    /** Returns the records that come with the project. */
    static List<KvpressRecord> golden() {
        try (Stream<Path> files = Files.list(GOLDEN.resolve("kvpress"))) {
            return files.sorted().map(KvpressRecord::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static KvpressRecord read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(file.toFile());
            List<Run> runs = new ArrayList<>();
            for (JsonNode run : json.get("runs")) {
                runs.add(run(run, json.get("prompts")));
            }
            return new KvpressRecord(
                    folder(json.get("model").asText()),
                    json.get("budget").asInt(),
                    json.get("window").asInt(),
                    json.get("kernel").asInt(),
                    runs);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns whether the model is here. */
    boolean isModelHere() {
        return Files.exists(model.resolve("model.safetensors"));
    }

    private static Run run(JsonNode run, JsonNode prompts) {
        String name = run.get("prompt").asText();
        JsonNode prompt = StreamSupport.stream(prompts.spliterator(), false)
                .filter(each -> each.get("name").asText().equals(name))
                .findFirst()
                .orElseThrow();
        List<List<BitSet>> kept = new ArrayList<>();
        for (JsonNode layer : run.get("kept")) {
            kept.add(StreamSupport.stream(layer.spliterator(), false)
                    .map(head -> BitSet.valueOf(Base64.getDecoder().decode(head.asText())))
                    .toList());
        }
        return new Run(
                name,
                GoldenRun.ints(prompt.get("ids")),
                run.get("press").asText(),
                run.get("settings"),
                kept,
                GoldenRun.ints(run.get("answer")));
    }

    private static Path folder(String model) {
        return Stream.of(GOLDEN.resolveSibling("models"), GOLDEN.resolve("models"), GOLDEN.resolve("target"))
                .map(parent -> parent.resolve(model))
                .filter(Files::exists)
                .findFirst()
                .orElse(GOLDEN.resolve("target").resolve(model));
    }

    @Override
    public String toString() {
        return model.getFileName().toString();
    }
}
