package io.speckv.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.WeightsFile;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.training.torch.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The output folder of a run: the tokenizer, the state to resume from, the log, and the model in Hugging Face's layout. */
final class RunFolder {
    private static final String STATE = "state.safetensors";
    private static final String PROGRESS = "progress.json";
    private static final String SETTINGS = "settings.json";
    private static final String LOG = "log.jsonl";
    /** The tensor of a state that holds its progress: JSON, a number for each byte. */
    private static final String PROGRESS_OF_STATE = "progress";

    private static final String EMBEDDING = "model.embed_tokens.weight";

    /** The files from which a run is continued. */
    static final List<String> CHECKPOINT = List.of(STATE, PROGRESS);

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final Path folder;

    /** A checkpoint: the state and progress of training. */
    record Checkpoint(TrainingState state, TrainingProgress progress) {}

    /** Creates the view of an existing folder. */
    RunFolder(Path folder) {
        this.folder = folder;
    }

    /** Returns a folder, which is created if it does not exist. */
    static RunFolder create(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new RunFolder(folder);
    }

    Path tokenizer() {
        return folder.resolve(ModelFiles.TOKENIZER);
    }

    Path folder() {
        return folder;
    }

    /** Stores a copy of the settings beside the model that they lead to. */
    void keepSettings(Path file) throws IOException {
        Files.copy(file, settings(), StandardCopyOption.REPLACE_EXISTING);
    }

    /** Stores settings as JSON beside the model that they lead to. */
    void keepSettings(Object settings) throws IOException {
        Files.writeString(settings(), mapper.writerWithDefaultPrettyPrinter().writeValueAsString(settings) + "\n");
    }

    /** Returns the settings of the run's last start. */
    Path settings() {
        return folder.resolve(SETTINGS);
    }

    /** Copies the tokenizer of another run or model. */
    void takeTokenizer(Path from) throws IOException {
        ModelFiles.copyTokenizer(from, folder);
    }

    /** Continues the log of another run, if there is one. */
    void takeLog(Path from) throws IOException {
        if (Files.exists(from.resolve(LOG))) {
            Files.copy(from.resolve(LOG), folder.resolve(LOG), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Returns whether the run can be continued. */
    boolean hasCheckpoint() {
        return CHECKPOINT.stream().allMatch(file -> Files.exists(folder.resolve(file)));
    }

    /**
     * Returns the last checkpoint. A state has its own progress in it, since the file beside it is of an earlier state if the
     * process ended between the two. States of older runs have none, and theirs is in that file.
     *
     * @throws io.speckv.engine.CheckpointException if the state is missing or damaged
     */
    Checkpoint checkpoint() throws IOException {
        Map<String, float[]> tensors = WeightsFile.read(folder.resolve(STATE));
        float[] inside = tensors.get(PROGRESS_OF_STATE);
        Saved saved = inside == null
                ? mapper.readValue(folder.resolve(PROGRESS).toFile(), Saved.class)
                : mapper.readValue(bytes(inside), Saved.class);
        TrainingState state = new TrainingState(
                saved.updates(), part(tensors, "weight."), part(tensors, "mean."), part(tensors, "square."));
        return new Checkpoint(state, saved.progress());
    }

    /** Returns the shape of the model from the run's settings and a state of the run. */
    ModelShape shape(TrainingState state) throws IOException {
        TrainingSettings settings = TrainingSettings.read(settings());
        float[] embedding = state.weights().get(EMBEDDING);
        if (embedding == null) {
            throw CheckpointException.ofTensor(folder.resolve(STATE), "weight." + EMBEDDING, "the embedding", "none");
        }
        return settings.shape(embedding.length / settings.hiddenSize());
    }

    /** Writes a checkpoint, and replaces the last one. */
    void save(ModelShape shape, TrainingState state, TrainingProgress progress) throws IOException {
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        add(tensors, "weight.", shape, state.weights(), WeightType.F32);
        add(tensors, "mean.", shape, state.means(), WeightType.F32);
        add(tensors, "square.", shape, state.squares(), WeightType.F32);
        byte[] saved = mapper.writeValueAsBytes(new Saved(state.updates(), progress));
        tensors.add(new SafetensorsWriter.Tensor(
                PROGRESS_OF_STATE, WeightType.F32, new long[] {saved.length}, i -> saved[(int) i]));
        SafetensorsWriter.write(folder.resolve(STATE), tensors);
        Path partial = folder.resolve(PROGRESS + ".partial");
        Files.write(partial, saved);
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
        ModelFiles.copyTokenizer(folder, to);
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

    private static byte[] bytes(float[] numbers) {
        byte[] bytes = new byte[numbers.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) numbers[i];
        }
        return bytes;
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

    private record Saved(int updates, TrainingProgress progress) {}
}
