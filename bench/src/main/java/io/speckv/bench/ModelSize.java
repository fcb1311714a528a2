package io.speckv.bench;

import io.speckv.engine.checkpoint.config.Architecture;
import io.speckv.engine.checkpoint.config.Experts;
import io.speckv.engine.checkpoint.config.LayerShape;
import io.speckv.engine.checkpoint.config.ModelShape;
import io.speckv.engine.checkpoint.config.Rope;
import io.speckv.engine.checkpoint.config.RopeScaling;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The shape of a public model, which is filled with random weights for measurements of speed.
 *
 * @param label name on the command line
 */
public record ModelSize(String label, ModelShape shape) {
    private static final int MAX_POSITIONS = 131_072;
    private static final Pattern FEWER_LAYERS = Pattern.compile("(.+)-([1-9]\\d{0,2})l");

    private static final List<ModelSize> KNOWN = List.of(
            of("tiny", Architecture.LLAMA, 1024, 128, 256, 2, 4, 2, 32, 5e5),
            of("two-layers", Architecture.LLAMA, 1024, 1024, 4096, 2, 16, 4, 64, 5e5),
            qwen("qwen2.5-0.5b", 896, 4864, 24, 14, 2),
            qwen("qwen2.5-60m", 320, 1280, 8, 5, 1),
            of("smollm2-135m", Architecture.LLAMA, 49_152, 576, 1536, 30, 9, 3, 64, 1e5),
            llama("llama-3.2-1b", 2048, 8192, 16, 64),
            llama("llama-3.1-8b", 4096, 14_336, 32, 128),
            of("llama-3.1-70b", Architecture.LLAMA, 128_256, 8192, 28_672, 80, 64, 8, 128, 5e5),
            of("mistral-7b", Architecture.MISTRAL, 32_768, 4096, 14_336, 32, 32, 8, 128, 1e6),
            of("qwen3-0.6b", Architecture.QWEN3, 151_936, 1024, 3072, 28, 16, 8, 128, 1e6),
            of("qwen3-30b-a3b", Architecture.QWEN3_MOE, 151_936, 2048, 6144, 48, 32, 4, 128, 1e6)
                    .mixing(new Experts(128, 8, 768, true)),
            gemma("gemma-3-270m", 640, 2048, 18, 4, 1),
            gemma("gemma-3-1b", 1152, 6912, 26, 4, 1),
            of("phi-4-mini", Architecture.PHI3, 200_064, 3072, 8192, 32, 24, 8, 128, 1e4)
                    .withLayers(layer -> new LayerShape(LayerShape.NO_WINDOW, new Rope(1e4, 0.75, RopeScaling.none()))),
            of("smollm3-3b", Architecture.SMOLLM3, 128_256, 2048, 11_008, 36, 16, 4, 128, 5e6)
                    .withLayers(layer ->
                            new LayerShape(LayerShape.NO_WINDOW, (layer + 1) % 4 == 0 ? Rope.NONE : Rope.plain(5e6))));

    /** Layers in groups of six: five with a window of 512 tokens, then one without. */
    private static ModelSize gemma(String label, int hidden, int intermediate, int layers, int heads, int kvHeads) {
        return of(label, Architecture.GEMMA3, 262_144, hidden, intermediate, layers, heads, kvHeads, 256, 1e6)
                .withLayers(layer -> (layer + 1) % 6 == 0
                        ? new LayerShape(LayerShape.NO_WINDOW, Rope.plain(1e6))
                        : new LayerShape(512, Rope.plain(1e4)));
    }

    private static ModelSize qwen(String label, int hidden, int intermediate, int layers, int heads, int kvHeads) {
        return of(label, Architecture.QWEN2, 151_936, hidden, intermediate, layers, heads, kvHeads, 64, 1e6);
    }

    private static ModelSize llama(String label, int hidden, int intermediate, int layers, int headDim) {
        return of(label, Architecture.LLAMA, 128_256, hidden, intermediate, layers, 32, 8, headDim, 5e5);
    }

    private static ModelSize of(
            String label,
            Architecture architecture,
            int vocabSize,
            int hiddenSize,
            int intermediateSize,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            double theta) {
        return new ModelSize(
                label,
                ModelShape.uniform(
                        architecture,
                        vocabSize,
                        hiddenSize,
                        intermediateSize,
                        layers,
                        heads,
                        kvHeads,
                        headDim,
                        1e-6,
                        Rope.plain(theta),
                        MAX_POSITIONS,
                        true));
    }

    private ModelSize withLayers(IntFunction<LayerShape> layer) {
        return withLayers(IntStream.range(0, shape.layers()).mapToObj(layer).toList());
    }

    private ModelSize withLayers(List<LayerShape> layers) {
        return new ModelSize(label, copy(shape.vocabSize(), shape.experts(), layers));
    }

    private ModelSize mixing(Experts experts) {
        List<LayerShape> sparse = shape.layerShapes().stream()
                .map(layer -> new LayerShape(layer.window(), layer.rope(), true))
                .toList();
        return new ModelSize(label, copy(shape.vocabSize(), experts, sparse));
    }

    private ModelShape copy(int vocabSize, Experts experts, List<LayerShape> layers) {
        return new ModelShape(
                shape.architecture(),
                vocabSize,
                shape.hiddenSize(),
                shape.intermediateSize(),
                shape.heads(),
                shape.kvHeads(),
                shape.headDim(),
                shape.rmsNormEps(),
                shape.activation(),
                shape.attentionScale(),
                shape.biases(),
                experts,
                layers,
                shape.maxPositions(),
                shape.tiedEmbeddings());
    }

    /**
     * Returns the size with a name such as {@code qwen2.5-0.5b}, or of its first layers alone: {@code mistral-7b-4l} has four.
     *
     * @throws IllegalArgumentException naming the known ones
     */
    public static ModelSize parse(String label) {
        return known(label)
                .or(() -> fewerLayers(label))
                .orElseThrow(() -> new IllegalArgumentException("shape is '" + label
                        + "'; use one of "
                        + KNOWN.stream().map(ModelSize::label).toList()
                        + ", or the first layers of one, such as mistral-7b-4l"));
    }

    private static Optional<ModelSize> known(String label) {
        return KNOWN.stream().filter(size -> size.label.equalsIgnoreCase(label)).findFirst();
    }

    private static Optional<ModelSize> fewerLayers(String label) {
        Matcher parts = FEWER_LAYERS.matcher(label);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int layers = Integer.parseInt(parts.group(2));
        return known(parts.group(1))
                .filter(whole -> layers <= whole.shape.layers())
                .map(whole -> new ModelSize(
                        whole.label + "-" + layers + "l",
                        whole.withLayers(whole.shape.layerShapes().subList(0, layers)).shape));
    }

    /** Returns this size with the vocabulary of another, since a draft shares its target's vocabulary. */
    public ModelSize sharingVocabularyOf(ModelSize other) {
        int vocabSize = other.shape.vocabSize();
        return vocabSize == shape.vocabSize()
                ? this
                : new ModelSize(label + "-" + vocabSize, copy(vocabSize, shape.experts(), shape.layerShapes()));
    }

    /** Returns the parameters of all layers' matrices, which every token is multiplied with. */
    public long layerParameters() {
        long attention = 2L * shape.heads() * shape.headDim() + 2L * shape.kvHeads() * shape.headDim();
        Experts experts = shape.experts();
        long mixture = 3L * experts.chosen() * experts.intermediateSize() + experts.count();
        return shape.layerShapes().stream()
                .mapToLong(layer ->
                        (attention + (layer.isSparse() ? mixture : 3L * shape.intermediateSize())) * shape.hiddenSize())
                .sum();
    }

    /** Returns the parameters of the matrix that turns a hidden state into logits. */
    public long headParameters() {
        return (long) shape.vocabSize() * shape.hiddenSize();
    }

    /** Returns the floating-point operations of a prefill of {@code tokens}: causal attention once, and one row of logits. */
    public double prefillFlops(int tokens) {
        double attention = 4.0 * shape.heads() * shape.headDim() * seen(tokens);
        return 2.0 * layerParameters() * tokens + attention + 2.0 * headParameters();
    }

    /** Returns the number of pairs of a query and a visible key, over all layers. */
    private double seen(int tokens) {
        return shape.layerShapes().stream()
                .mapToDouble(layer -> {
                    double window = layer.isLocalIn(tokens) ? layer.window() : tokens;
                    return window * tokens - window * window / 2;
                })
                .sum();
    }

    /** Returns the bytes that decoding one token reads: the weights, and keys and values of {@code cached} tokens. */
    public double decodeBytes(int cached, int bytesPerWeight, int bytesPerKey) {
        double tokens = shape.layerShapes().stream()
                .mapToDouble(layer -> layer.isLocalIn(cached) ? layer.window() : cached)
                .sum();
        double keys = 2.0 * tokens * shape.kvHeads() * shape.headDim();
        return (double) (layerParameters() + headParameters()) * bytesPerWeight + keys * bytesPerKey;
    }

    @Override
    public String toString() {
        return label;
    }
}
