package io.speckv.training;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.TensorEntry;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.config.ModelConfig;
import io.speckv.engine.checkpoint.config.ModelShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Some layers of a model, numbered from 0, between its embeddings and its head. It is a poor model, but a good start for
 * training a draft.
 *
 * <p>A layer keeps its own properties (window, rotation, experts). Numbers keep their stored format; those of quantised
 * weights become float32.
 */
public final class PrunedModel {
    private static final String WEIGHTS = "model.safetensors";
    private static final Pattern LAYER = Pattern.compile("(model\\.layers\\.)(\\d+)(\\..*)");

    private final Path target;
    private final List<Integer> kept;
    private final ModelConfig config;

    private PrunedModel(Path target, List<Integer> kept, ModelConfig whole) {
        this.target = target;
        this.kept = List.copyOf(kept);
        this.config = new ModelConfig(whole.shape().ofLayers(kept), whole.endTokens());
    }

    /**
     * Returns {@code layers} layers, evenly spaced, including the first and the last.
     *
     * @param target model folder
     * @param layers 2 to one fewer than the target has
     * @throws CheckpointException if the folder's configuration cannot be read
     * @throws IllegalArgumentException if the number is out of range
     */
    public static PrunedModel evenly(Path target, int layers) {
        ModelConfig whole = config(target);
        int all = whole.shape().layers();
        if (layers < 2 || layers >= all) {
            throw new IllegalArgumentException(
                    "layers is " + layers + "; it must be 2 or more and fewer than the target's " + all);
        }
        List<Integer> kept = IntStream.range(0, layers)
                .mapToObj(i -> (int) Math.round((double) i * (all - 1) / (layers - 1)))
                .toList();
        return new PrunedModel(target, kept, whole);
    }

    /**
     * Returns the given layers.
     *
     * @param target model folder
     * @param kept numbers of layers, ascending, at least one
     * @throws CheckpointException if the folder's configuration cannot be read
     * @throws IllegalArgumentException if the numbers do not ascend, or a number is out of range
     */
    public static PrunedModel keeping(Path target, List<Integer> kept) {
        ModelConfig whole = config(target);
        int last = -1;
        for (int layer : kept) {
            if (layer <= last || layer >= whole.shape().layers()) {
                throw new IllegalArgumentException("the layers to keep are " + kept + "; they must rise, from 0 to "
                        + (whole.shape().layers() - 1));
            }
            last = layer;
        }
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("no layer is kept; name at least one");
        }
        return new PrunedModel(target, kept, whole);
    }

    private static ModelConfig config(Path target) {
        if (Files.isRegularFile(target)) {
            throw CheckpointException.ofFile(
                    target, "a model folder, as a draft needs the tokenizer's files of one", "a file");
        }
        return ModelConfig.read(target);
    }

    /** Returns the numbers of these layers in the target, ascending. */
    public List<Integer> kept() {
        return kept;
    }

    /** Returns the shape of the pruned model. */
    public ModelShape shape() {
        return config.shape();
    }

    /**
     * Writes a model folder. The folder must not hold a model yet.
     *
     * @throws CheckpointException if the target's weights cannot be read, the folder has a model, or no config of the family says
     *     what the kept layers are
     */
    public void write(Path out) throws IOException {
        if (Files.exists(out.resolve(ModelConfig.CONFIG)) || Files.exists(out.resolve(WEIGHTS))) {
            throw CheckpointException.ofFile(out, "a folder without a model", "one that has a model already");
        }
        try (Checkpoint checkpoint = Checkpoint.open(target)) {
            List<SafetensorsWriter.Tensor> tensors = tensors(checkpoint);
            Files.createDirectories(out);
            ModelFiles.copyTokenizer(target, out);
            config.write(out);
            ModelFiles.copyGeneration(target, out);
            // Written last, so that a folder with this file is complete.
            SafetensorsWriter.write(out.resolve(WEIGHTS), tensors);
        }
    }

    private List<SafetensorsWriter.Tensor> tensors(Checkpoint checkpoint) {
        Map<String, long[]> stored = WeightLayout.stored(shape());
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        WeightLayout.partsOfStored(shape()).forEach((name, parts) -> {
            List<TensorEntry> entries = parts.stream()
                    .map(part -> checkpoint.tensor(nameInTarget(part)))
                    .toList();
            tensors.add(new SafetensorsWriter.Tensor(
                    name,
                    entries.get(0).type(),
                    stored.getOrDefault(name, new long[0]),
                    new RowsInTurn(checkpoint, entries)));
        });
        return tensors;
    }

    private String nameInTarget(String name) {
        Matcher layer = LAYER.matcher(name);
        return layer.matches() ? layer.group(1) + kept.get(Integer.parseInt(layer.group(2))) + layer.group(3) : name;
    }
}
