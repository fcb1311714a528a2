package io.speckv.engine.checkpoint.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Reads which layers of a model see a window, and which rotate. There is a method for each family with its own way to say
 * so.
 */
public final class LayerReader {
    private static final String WINDOW = "sliding_window";
    private static final String USES_WINDOW = "use_sliding_window";
    private static final String TYPES = "layer_types";
    private static final String NO_ROPE = "no_rope_layers";

    private final JsonFile config;
    private final int layers;
    private final int maxPositions;
    private final RopeReader ropes;

    LayerReader(JsonFile config, int layers, int maxPositions, RopeReader ropes) {
        this.config = config;
        this.layers = layers;
        this.maxPositions = maxPositions;
        this.ropes = ropes;
    }

    List<LayerShape> read(Architecture architecture) {
        return switch (architecture) {
            case LLAMA -> withoutWindows();
            case MISTRAL, PHI3 -> shapes(layer -> config.has(WINDOW), layer -> true);
            case QWEN2, QWEN3 -> qwen();
            case QWEN3_MOE -> qwenOfExperts();
            case GEMMA3 -> gemma();
            case SMOLLM3 -> smolLm();
        };
    }

    private List<LayerShape> withoutWindows() {
        if (config.isTrue(USES_WINDOW)) {
            throw config.unexpected(USES_WINDOW, "false, as models of this family have no windows");
        }
        return shapes(byTypes(layer -> false), layer -> true);
    }

    /** Windows on the layers from {@code max_window_layers} on, if windows are switched on. */
    private List<LayerShape> qwen() {
        boolean slides = config.isTrue(USES_WINDOW) && config.has(WINDOW);
        int first = slides ? config.intOr("max_window_layers", 28) : layers;
        return shapes(switched(byTypes(layer -> layer >= first)), layer -> true);
    }

    /** Windows on all layers or none. Experts on every n-th layer, except on those that are listed as dense. */
    private List<LayerShape> qwenOfExperts() {
        boolean slides = config.isTrue(USES_WINDOW) && config.has(WINDOW);
        int step = config.intOr("decoder_sparse_step", 1);
        if (step < 1) {
            throw config.unexpected("decoder_sparse_step", "a positive number of layers");
        }
        Set<Long> dense =
                LongStream.of(config.integers("mlp_only_layers")).boxed().collect(Collectors.toSet());
        List<LayerShape> shapes = shapes(layer -> slides, layer -> true);
        return IntStream.range(0, layers)
                .mapToObj(layer ->
                        shapes.get(layer).withExperts(!dense.contains((long) layer) && (layer + 1) % step == 0))
                .toList();
    }

    /** Missing keys get transformers' defaults. transformers 5 has another name for the number of experts. */
    static Experts experts(JsonFile config) {
        String count = config.has("num_experts") ? "num_experts" : "num_local_experts";
        return new Experts(
                config.intOr(count, 128),
                config.intOr("num_experts_per_tok", 8),
                config.intOr("moe_intermediate_size", 768),
                config.isTrue("norm_topk_prob"));
    }

    /** Five layers with a window, then one without; those with a window have a rotation of their own. */
    private List<LayerShape> gemma() {
        int pattern = config.intOr("sliding_window_pattern", 6);
        if (pattern < 1) {
            throw config.unexpected("sliding_window_pattern", "a positive number of layers");
        }
        Rope global = ropes.of(RopeReader.FULL);
        Rope local = ropes.ofLocalLayers("rope_local_base_freq", 10_000);
        IntPredicate slides = byTypes(layer -> (layer + 1) % pattern != 0);
        return IntStream.range(0, layers)
                .mapToObj(layer -> slides.test(layer)
                        ? new LayerShape(window(), local)
                        : new LayerShape(LayerShape.NO_WINDOW, global))
                .toList();
    }

    /** Every fourth layer rotates nothing. If windows are switched on, these are the layers with a window. */
    private List<LayerShape> smolLm() {
        long[] rotates = config.integers(NO_ROPE);
        int interval = config.intOr("no_rope_layer_interval", 4);
        if (interval < 1) {
            throw config.unexpected("no_rope_layer_interval", "a positive number of layers");
        }
        if (rotates.length != 0 && rotates.length != layers) {
            throw config.unexpected(NO_ROPE, "a number for each of the " + layers + " layers, 0 for no rotation");
        }
        IntPredicate rotated =
                rotates.length == 0 ? layer -> (layer + 1) % interval != 0 : layer -> rotates[layer] != 0;
        boolean slides = config.isTrue(USES_WINDOW) && config.has(WINDOW);
        return shapes(switched(byTypes(layer -> slides && !rotated.test(layer))), rotated);
    }

    /** Returns the choice of {@code layer_types}, if the config has that key. */
    private IntPredicate byTypes(IntPredicate otherwise) {
        List<String> types = config.texts(TYPES);
        if (types.isEmpty()) {
            return otherwise;
        }
        if (types.size() != layers) {
            throw config.unexpected(TYPES, "a type for each of the " + layers + " layers");
        }
        if (!types.stream().allMatch(type -> type.equals(RopeReader.FULL) || type.equals(RopeReader.SLIDING))) {
            throw config.unexpected(TYPES, "only \"full_attention\" and \"sliding_attention\"");
        }
        return layer -> types.get(layer).equals(RopeReader.SLIDING);
    }

    /** A sliding layer contradicts windows that are switched off. */
    private IntPredicate switched(IntPredicate slides) {
        boolean on = config.isTrue(USES_WINDOW);
        for (int layer = 0; layer < layers; layer++) {
            if (slides.test(layer) && !on) {
                throw config.unexpected(TYPES, "only \"full_attention\", as use_sliding_window is not true");
            }
        }
        return slides;
    }

    private List<LayerShape> shapes(IntPredicate slides, IntPredicate rotates) {
        List<LayerShape> shapes = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            boolean local = slides.test(layer);
            Rope rope = rotates.test(layer) ? ropes.of(local ? RopeReader.SLIDING : RopeReader.FULL) : Rope.NONE;
            shapes.add(new LayerShape(local ? window() : LayerShape.NO_WINDOW, rope));
        }
        return shapes;
    }

    /** A window as wide as all positions hides nothing. */
    private int window() {
        int window = config.requireInt(WINDOW);
        if (window < 1) {
            throw config.unexpected(WINDOW, "a positive number of tokens");
        }
        return window >= maxPositions ? LayerShape.NO_WINDOW : window;
    }
}
