package io.speckv.evals.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.checkpoint.ModelConfig;
import io.speckv.engine.checkpoint.ModelShape;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.WeightsFile;
import io.speckv.engine.torch.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The output folder of a run: the tokenizer, the state to resume from, the log, and the model as others load it. */
final class RunFolder {
    private static final String STATE = "state.safetensors";
    private static final String PROGRESS = "progress.json";
    private static final String SETTINGS = "settings.json";
    private static final String LOG = "log.jsonl";
    private static final List<String> TOKENIZER = List.of("tokenizer.json", "tokenizer_config.json");

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Path folder;

    RunFolder(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder);
    }

    Path tokenizer() {
        return folder.resolve(TOKENIZER.get(0));
    }

    Path folder() {
        return folder;
    }

    /** Keeps a copy of the settings beside what they lead to. */
    void keepSettings(Path file) throws IOException {
        Files.copy(file, folder.resolve(SETTINGS), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Where the last checkpoint stood; empty for a run that has none. */
    Optional<Progress> progress() throws IOException {
        Path file = folder.resolve(PROGRESS);
        return Files.exists(file) && Files.exists(folder.resolve(STATE))
                ? Optional.of(mapper.readValue(file.toFile(), Saved.class).progress())
                : Optional.empty();
    }

    /** The state of the last checkpoint. */
    TrainingState state() throws IOException {
        Saved saved = mapper.readValue(folder.resolve(PROGRESS).toFile(), Saved.class);
        Map<String, float[]> tensors = WeightsFile.read(folder.resolve(STATE));
        return new TrainingState(
                saved.updates(), part(tensors, "weight."), part(tensors, "mean."), part(tensors, "square."));
    }

    /** Writes a checkpoint over the last one. */
    void save(ModelShape shape, TrainingState state, Progress progress) throws IOException {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        add(tensors, "weight.", shape, state.weights(), WeightType.F32);
        add(tensors, "mean.", shape, state.means(), WeightType.F32);
        add(tensors, "square.", shape, state.squares(), WeightType.F32);
        SafetensorsWriter.write(folder.resolve(STATE), tensors);
        Path partial = folder.resolve(PROGRESS + ".partial");
        Files.writeString(partial, mapper.writeValueAsString(new Saved(state.updates(), progress)));
        Files.move(partial, folder.resolve(PROGRESS), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Appends one line to the log. */
    void log(ObjectNode line) throws IOException {
        Files.writeString(folder.resolve(LOG), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    ObjectNode line() {
        return mapper.createObjectNode();
    }

    /** Writes a Hugging Face folder with bf16 weights, the tokenizer, and the settings and log of the run. */
    void export(Path to, ModelShape shape, Map<String, float[]> weights, Set<Integer> endTokens) throws IOException {
        Files.createDirectories(to);
        new ModelConfig(shape, endTokens).write(to);
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        add(tensors, "", shape, weights, WeightType.BF16);
        SafetensorsWriter.write(to.resolve("model.safetensors"), tensors);
        for (String file : TOKENIZER) {
            Files.copy(folder.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        for (Map.Entry<String, String> record :
                Map.of(LOG, "training-log.jsonl", SETTINGS, "training.json").entrySet()) {
            if (Files.exists(folder.resolve(record.getKey()))) {
                Files.copy(
                        folder.resolve(record.getKey()),
                        to.resolve(record.getValue()),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void add(
            List<SafetensorsWriter.Tensor> tensors,
            String prefix,
            ModelShape shape,
            Map<String, float[]> values,
            WeightType type) {
        WeightLayout.of(shape).forEach((name, size) -> {
            float[] numbers = values.get(name);
            if (numbers == null) {
                throw new IllegalArgumentException("no values for tensor " + name);
            }
            tensors.add(new SafetensorsWriter.Tensor(prefix + name, type, size, i -> numbers[(int) i]));
        });
    }

    private static Map<String, float[]> part(Map<String, float[]> tensors, String prefix) {
        Map<String, float[]> part = new LinkedHashMap<>();
        tensors.forEach((name, values) -> {
            if (name.startsWith(prefix)) {
                part.put(name.substring(prefix.length()), values);
            }
        });
        return part;
    }

    private record Saved(int updates, Progress progress) {}
}
