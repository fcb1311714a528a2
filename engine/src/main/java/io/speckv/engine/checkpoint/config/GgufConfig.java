package io.speckv.engine.checkpoint.config;

import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.Architecture.Part;
import io.speckv.gguf.GgufFile;
import io.speckv.gguf.GgufMetadata;
import io.speckv.gguf.StoredTensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Reads from a GGUF file's metadata what a folder has in its {@code config.json}.
 *
 * <p>Source: {@code llama-model.cpp} of llama.cpp, which also has the values that the files do not give.
 */
public final class GgufConfig {
    private static final Map<String, Architecture> ARCHITECTURES = Map.of(
            "llama", Architecture.LLAMA,
            "qwen2", Architecture.QWEN2,
            "qwen3", Architecture.QWEN3,
            "gemma3", Architecture.GEMMA3,
            "phi3", Architecture.PHI3,
            "smollm3", Architecture.SMOLLM3);

    /** Texts of tokens that end an answer, for files without a key that names them. */
    private static final Set<String> END_SPELLINGS = Set.of(
            "<|eot_id|>",
            "<|im_end|>",
            "<|end|>",
            "<end_of_turn>",
            "<|endoftext|>",
            "<|eom_id|>",
            "<EOT>",
            "<|end_of_text|>");

    private static final String LLAMA3_FACTORS = "rope_freqs.weight";
    private static final String LONG_FACTORS = "rope_factors_long.weight";
    private static final String SHORT_FACTORS = "rope_factors_short.weight";

    /** Tensors that say how positions are rotated. */
    public static final Set<String> ROPE_FACTORS = Set.of(LLAMA3_FACTORS, LONG_FACTORS, SHORT_FACTORS);

    private static final List<String> END_KEYS = List.of("eos_token_id", "eot_token_id", "eom_token_id");
    private static final int CONTROL_TOKEN = 3;
    private static final int GEMMA_27B_LAYERS = 62;
    private static final double GEMMA_LOCAL_THETA = 10_000;
    private static final int GEMMA_PERIOD = 6;

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final String prefix;
    private final Architecture architecture;

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        String name = metadata.requireText("general.architecture");
        Architecture known = ARCHITECTURES.get(name);
        if (known == null) {
            throw metadata.unexpected(
                    "general.architecture", "one of " + String.join(", ", new TreeSet<>(ARCHITECTURES.keySet())));
        }
        this.architecture = known;
        this.prefix = name + ".";
    }

    /**
     * Returns the file's configuration.
     *
     * @throws io.speckv.gguf.GgufException if a key is missing, or asks for something unsupported
     * @throws CheckpointException if the sizes do not fit together
     */
    public static ModelConfig read(GgufFile file) {
        GgufConfig config = new GgufConfig(file);
        config.refuseUnsupported();
        try {
            return new ModelConfig(config.shape(), config.endTokens());
        } catch (IllegalArgumentException e) {
            throw CheckpointException.ofFile(
                    file.file(), "a consistent model shape", String.valueOf(e.getMessage()), e);
        }
    }

    private void refuseUnsupported() {
        for (String key : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
            if (metadata.number(prefix + key, 0) != 0) {
                throw metadata.unexpected(prefix + key, "0, as attention and logits are not capped");
            }
        }
        if (metadata.integer(prefix + "expert_count", 0) > 0) {
            throw metadata.unexpected(prefix + "expert_count", "0, as mixtures of experts are not supported");
        }
        for (String key : List.of("embedding_scale", "residual_scale", "logit_scale", "attention.scale")) {
            if (metadata.number(prefix + key, 0) != 0 && metadata.number(prefix + key, 0) != 1) {
                throw metadata.unexpected(prefix + key, "1, as nothing else is supported");
            }
        }
    }

    private ModelShape shape() {
        int hidden = metadata.requireInteger(prefix + "embedding_length");
        int heads = metadata.requireInteger(prefix + "attention.head_count");
        int layers = metadata.requireInteger(prefix + "block_count");
        if (layers < 1 || layers > ModelShape.LAYERS_MOST) {
            throw metadata.unexpected(prefix + "block_count", "1 to " + ModelShape.LAYERS_MOST);
        }
        int headDim = metadata.integer(prefix + "attention.key_length", hidden / Math.max(1, heads));
        if (metadata.integer(prefix + "attention.value_length", headDim) != headDim) {
            throw metadata.unexpected(prefix + "attention.value_length", "the length of keys, " + headDim);
        }
        String epsilon = prefix + "attention.layer_norm_rms_epsilon";
        if (!metadata.has(epsilon)) {
            throw metadata.unexpected(epsilon, "a positive number");
        }
        Rope rope = rope(headDim);
        int positions = rope.scaling().positions(metadata.requireInteger(prefix + "context_length"));
        boolean ofLargestGemma = architecture == Architecture.GEMMA3 && layers == GEMMA_27B_LAYERS;
        return new ModelShape(
                architecture,
                vocabSize(),
                hidden,
                metadata.requireInteger(prefix + "feed_forward_length"),
                heads,
                metadata.integer(prefix + "attention.head_count_kv", heads),
                headDim,
                metadata.number(epsilon, 0),
                architecture.unsaid().activation(),
                ModelShape.usualScale(ofLargestGemma ? hidden / Math.max(1, heads) : headDim),
                new Biases(
                        stores("blk.0.attn_q.bias") || stores("blk.0.attn_qkv.bias"),
                        stores("blk.0.attn_output.bias"),
                        stores("blk.0.ffn_down.bias")),
                Experts.NONE,
                layers(layers, rope, positions),
                positions,
                !stores("output.weight"));
    }

    private int vocabSize() {
        StoredTensor embedding = file.tensors().get("token_embd.weight");
        return embedding == null
                ? metadata.texts("tokenizer.ggml.tokens").length
                : (int) embedding.shape()[0];
    }

    private List<LayerShape> layers(int count, Rope rope, int positions) {
        int window = metadata.integer(prefix + "attention.sliding_window", 0);
        int seen = window >= positions ? LayerShape.NO_WINDOW : window;
        Rope local = Rope.plain(metadata.number(prefix + "rope.freq_base_swa", GEMMA_LOCAL_THETA));
        IntPredicate sliding = architecture == Architecture.GEMMA3 ? sliding(count) : layer -> false;
        return IntStream.range(0, count)
                .mapToObj(layer -> switch (architecture) {
                    // Without a window there are no layers of another kind.
                    case GEMMA3 ->
                        window != 0 && sliding.test(layer)
                                ? new LayerShape(seen, local)
                                : new LayerShape(LayerShape.NO_WINDOW, rope);
                    case SMOLLM3 -> new LayerShape(LayerShape.NO_WINDOW, (layer + 1) % 4 == 0 ? Rope.NONE : rope);
                    case PHI3, MISTRAL -> new LayerShape(seen, rope);
                    default -> new LayerShape(LayerShape.NO_WINDOW, rope);
                })
                .toList();
    }

    /**
     * Returns which layers see a window. llama.cpp writes a period, of which the last layer sees everything, and of 0 none does;
     * Ollama's converter writes a switch for each layer.
     */
    private IntPredicate sliding(int layers) {
        String key = prefix + "attention.sliding_window_pattern";
        if (!metadata.isList(key)) {
            int period = metadata.integer(key, GEMMA_PERIOD);
            return layer -> period == 0 || (layer + 1) % period != 0;
        }
        long[] switches = metadata.integers(key);
        if (switches.length != layers || Arrays.stream(switches).anyMatch(on -> on < 0 || on > 1)) {
            throw metadata.unexpected(key, "a number, or a list of " + layers + " switches, one for each layer");
        }
        return layer -> switches[layer] == 1;
    }

    private Rope rope(int headDim) {
        double theta =
                metadata.number(prefix + "rope.freq_base", architecture.unsaid().ropeTheta());
        String dimensions = prefix + "rope.dimension_count";
        int rotated = metadata.integer(dimensions, headDim);
        if (rotated > headDim) {
            throw metadata.unexpected(dimensions, "at most the length of keys, " + headDim);
        }
        return new Rope(theta, (double) rotated / Math.max(1, headDim), scaling(rotated / 2));
    }

    private RopeScaling scaling(int pairs) {
        String key = prefix + "rope.scaling.";
        int original =
                metadata.integer(key + "original_context_length", metadata.requireInteger(prefix + "context_length"));
        double amplitude = metadata.number(key + "attn_factor", 1);
        // The converter writes Llama 3's scaling and LongRoPE's lists as a divisor of each frequency.
        if (stores(LLAMA3_FACTORS)) {
            List<Double> factors = numbers(LLAMA3_FACTORS, pairs);
            return new RopeScaling.LongRope(factors, factors, original, 1);
        }
        if (stores(LONG_FACTORS)) {
            return new RopeScaling.LongRope(
                    numbers(SHORT_FACTORS, pairs), numbers(LONG_FACTORS, pairs), original, amplitude);
        }
        String type = metadata.text(key + "type");
        // llama.cpp stretches linearly if a file gives only a factor, under either of two names.
        double given = metadata.number(key + "factor", metadata.number(prefix + "rope.scale_linear", 1));
        double factor = given == 0 ? 1 : given;
        return switch (type == null ? "linear" : type) {
            case "none" -> RopeScaling.none();
            case "linear" -> factor == 1 ? RopeScaling.none() : new RopeScaling.Linear(factor);
            case "yarn" ->
                new RopeScaling.Yarn(
                        factor,
                        original,
                        amplitude * RopeScaling.Yarn.attentionFactor(factor, 0, 0),
                        metadata.number(key + "yarn_beta_fast", 32),
                        metadata.number(key + "yarn_beta_slow", 1),
                        true);
            default -> throw metadata.unexpected(key + "type", "\"none\", \"linear\" or \"yarn\"");
        };
    }

    private boolean stores(String name) {
        if (file.unreadable().containsKey(name)) {
            throw CheckpointException.ofTensor(
                    file.file(),
                    name,
                    "a format that is read",
                    "ggml's format " + file.unreadable().get(name));
        }
        return file.tensors().containsKey(name);
    }

    private List<Double> numbers(String name, int pairs) {
        StoredTensor tensor = stores(name) ? file.tensors().get(name) : null;
        if (tensor == null || tensor.shape().length != 1 || tensor.columns() != pairs) {
            throw CheckpointException.ofTensor(
                    file.file(),
                    name,
                    pairs + " numbers, one for each pair of rotated channels",
                    tensor == null ? "none of this name" : "shape " + Arrays.toString(tensor.shape()));
        }
        float[] numbers = new float[pairs];
        ByteBuffer bytes = file.bytes(tensor.offset(), (int) tensor.rowBytes());
        tensor.format().decode(bytes, 0, numbers);
        List<Double> list = new ArrayList<>();
        for (float number : numbers) {
            if (!(number > 0) || Float.isInfinite(number)) {
                throw CheckpointException.ofTensor(file.file(), name, "positive numbers", String.valueOf(number));
            }
            list.add((double) number);
        }
        return list;
    }

    private Set<Integer> endTokens() {
        String[] tokens = metadata.texts("tokenizer.ggml.tokens");
        long[] types = metadata.integers("tokenizer.ggml.token_type");
        Set<Integer> ends = new TreeSet<>();
        for (String key : END_KEYS) {
            int id = metadata.integer("tokenizer.ggml." + key, -1);
            if (id >= 0 && id < tokens.length) {
                ends.add(id);
            }
        }
        for (int id = 0; id < Math.min(tokens.length, types.length); id++) {
            if (types[id] == CONTROL_TOKEN && END_SPELLINGS.contains(tokens[id])) {
                ends.add(id);
            }
        }
        return ends;
    }

    /** Returns whether the file keeps rows of queries and keys in the order of neighbouring pairs. */
    public static boolean keepsPairsTogether(Architecture architecture) {
        return Arrays.asList(Architecture.LLAMA, Architecture.SMOLLM3).contains(architecture);
    }

    /** Returns whether norms are stored as they are applied, whereas Hugging Face stores them minus one. */
    public static boolean addsOneToNorms(Architecture architecture) {
        return architecture.has(Part.NORMS_AROUND_ONE);
    }
}
