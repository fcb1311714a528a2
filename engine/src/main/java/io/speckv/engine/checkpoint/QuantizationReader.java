package io.speckv.engine.checkpoint;

import io.speckv.engine.checkpoint.config.JsonFile;
import io.speckv.engine.checkpoint.config.LanguagePart;
import io.speckv.engine.checkpoint.config.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * Reads how a folder's matrices are quantised: from {@code quantization_config} of its {@code config.json}, of its language
 * part if the whole config says nothing, or from the separate files that were usual before that key.
 */
final class QuantizationReader {
    private static final List<String> KEYS = List.of("quantization_config", "compression_config");
    private static final String METHOD = "quant_method";
    /** GPTQModel's newer name of the key. */
    private static final String METHOD_TOO = "method";

    private static final String FORMAT = "format";
    private static final String OF_ONE_KERNEL = "layouts made for one kernel are not read";
    private static final String GROUP_SIZE = "group_size";
    private static final String ORDERED = "desc_act";
    private static final int[] GPTQ_BITS = {2, 3, 4, 8};
    private static final String GPTQ_FILE = "quantize_config.json";
    private static final String AWQ_FILE = "quant_config.json";
    private static final String MODELOPT_FILE = "hf_quant_config.json";
    private static final String READ =
            "\"fp8\", \"fbgemm_fp8\", \"modelopt\" (FP8), \"gptq\", \"awq\", \"bitsandbytes\" or"
                    + " \"compressed-tensors\"; weights of other formats are to be published unquantised, or as GGUF";

    private QuantizationReader() {}

    /**
     * Returns how matrices are quantised; empty if no file says that they are.
     *
     * @throws io.speckv.engine.CheckpointException naming the key of a format that is not supported
     */
    static Optional<Quantization> read(Path folder) {
        JsonFile config = JsonFile.read(folder.resolve(ModelConfig.CONFIG));
        Optional<JsonFile> inside =
                settings(config).or(() -> config.object(LanguagePart.TEXT).flatMap(QuantizationReader::settings));
        if (inside.isPresent()) {
            return Optional.of(read(inside.get()));
        }
        return beside(folder, GPTQ_FILE)
                .map(found -> saysMethod(found) ? read(found) : gptq(found))
                .or(() -> beside(folder, AWQ_FILE).map(found -> saysMethod(found) ? read(found) : awq(found)))
                .or(() -> beside(folder, MODELOPT_FILE).map(QuantizationReader::modelOpt));
    }

    private static Optional<JsonFile> settings(JsonFile config) {
        return KEYS.stream().flatMap(key -> config.object(key).stream()).findFirst();
    }

    private static Optional<JsonFile> beside(Path folder, String name) {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Optional.of(JsonFile.read(file)) : Optional.empty();
    }

    private static Quantization read(JsonFile config) {
        if (!saysMethod(config) && (config.has("load_in_8bit") || config.has("load_in_4bit"))) {
            return bitsAndBytes(config);
        }
        String key = config.has(METHOD) || !config.has(METHOD_TOO) ? METHOD : METHOD_TOO;
        String method = config.requireText(key);
        if (config.has(METHOD_TOO) && !config.requireText(METHOD_TOO).equalsIgnoreCase(method)) {
            throw config.unexpected(key, '"' + config.requireText(METHOD_TOO) + "\", as " + METHOD_TOO + " says");
        }
        return switch (method.toLowerCase(Locale.ROOT)) {
            case "fp8", "fbgemm_fp8" -> new Fp8(method, block(config, "weight_block_size"));
            case "modelopt" -> modelOpt(config);
            case "gptq" -> gptq(config);
            case "awq" -> awq(config);
            case "bitsandbytes" -> bitsAndBytes(config);
            case "compressed-tensors" -> compressedTensors(config);
            default -> throw config.unexpected(key, READ);
        };
    }

    private static boolean saysMethod(JsonFile config) {
        return config.has(METHOD) || config.has(METHOD_TOO);
    }

    private static Quantization bitsAndBytes(JsonFile config) {
        return new BitsAndBytes(config.isTrue("load_in_8bit") ? Byte.SIZE : Byte.SIZE / 2);
    }

    private static List<Integer> block(JsonFile config, String key) {
        long[] sizes = config.integers(key);
        if (sizes.length == 0) {
            return List.of();
        }
        if (sizes.length != 2 || Arrays.stream(sizes).anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
            throw config.unexpected(key, "[rows, columns] of a block");
        }
        return List.of((int) sizes[0], (int) sizes[1]);
    }

    private static Quantization modelOpt(JsonFile config) {
        JsonFile settings = config.object("quantization").orElse(config);
        String key = "quant_algo";
        if (!settings.requireText(key).equals("FP8")
                && !settings.requireText(key).startsWith("FP8_PER_CHANNEL")) {
            throw settings.unexpected(
                    key, "\"FP8\" or \"FP8_PER_CHANNEL_PER_TOKEN\"; other formats of modelopt are not read");
        }
        return new Fp8("modelopt FP8", List.of());
    }

    private static Quantization gptq(JsonFile config) {
        String format = agreed(config, "checkpoint_format", "gptq", List.of("gptq", "gptq_v2"), OF_ONE_KERNEL);
        if (config.isTrue("is_marlin_format")) {
            throw config.unexpected("is_marlin_format", "false, as " + OF_ONE_KERNEL);
        }
        Gptq.Setting usual = new Gptq.Setting(
                oneOf(config, "bits", GPTQ_BITS), groupSize(config, GROUP_SIZE), config.isTrue(ORDERED));
        List<Gptq.Rule> rules =
                config.object("dynamic").map(found -> rules(found, usual)).orElse(List.of());
        return new Gptq(usual, rules, format.equals("gptq"));
    }

    /** Returns the rules of {@code dynamic}, in their order. A key that a rule lacks has the usual value. */
    private static List<Gptq.Rule> rules(JsonFile dynamic, Gptq.Setting usual) {
        List<Gptq.Rule> rules = new ArrayList<>();
        for (String text : dynamic.keys()) {
            Optional<Gptq.Setting> setting = Gptq.Rule.leavesOut(text)
                    ? Optional.empty()
                    : Optional.of(dynamic.object(text)
                            .map(rule -> new Gptq.Setting(
                                    rule.has("bits") ? oneOf(rule, "bits", GPTQ_BITS) : usual.bits(),
                                    rule.has(GROUP_SIZE) ? groupSize(rule, GROUP_SIZE) : usual.groupSize(),
                                    rule.flagOr(ORDERED, usual.ordered())))
                            .orElse(usual));
            try {
                rules.add(new Gptq.Rule(Gptq.Rule.patternOf(text), setting));
            } catch (PatternSyntaxException e) {
                throw dynamic.unexpected(text, "a pattern of names that can be read (" + e.getDescription() + ")");
            }
        }
        return List.copyOf(rules);
    }

    /**
     * Returns the layout of codes, which is given by {@code format}, by an older key, or by both.
     *
     * @param older the older key
     * @param unsaid the layout if neither key is given
     * @param read the supported layouts, in lower case
     * @param why other layouts are not supported
     */
    private static String agreed(JsonFile config, String older, String unsaid, List<String> read, String why) {
        String key = config.has(older) || !config.has(FORMAT) ? older : FORMAT;
        String found = config.has(key) ? config.requireText(key) : unsaid;
        if (config.has(FORMAT) && !config.requireText(FORMAT).equalsIgnoreCase(found)) {
            throw config.unexpected(key, '"' + config.requireText(FORMAT) + "\", as " + FORMAT + " says");
        }
        if (!read.contains(found.toLowerCase(Locale.ROOT))) {
            throw config.unexpected(
                    key, read.stream().map(each -> '"' + each + '"').collect(Collectors.joining(" or ")) + "; " + why);
        }
        return found.toLowerCase(Locale.ROOT);
    }

    private static Quantization awq(JsonFile config) {
        String layout = agreed(config, "version", "gemm", List.of("gemm", "gemv"), "AWQ's other layouts are not read");
        if (!config.flagOr("zero_point", true)) {
            throw config.unexpected("zero_point", "true, as AWQ's layouts have zero points");
        }
        oneOf(config, config.has("w_bit") ? "w_bit" : "bits", Awq.BITS);
        return new Awq(
                groupSize(config, config.has("q_group_size") ? "q_group_size" : GROUP_SIZE),
                Awq.Layout.valueOf(layout.toUpperCase(Locale.ROOT)));
    }

    private static Quantization compressedTensors(JsonFile config) {
        requireEmpty(config, "transform_config", "nothing, as rotations of weights are not undone");
        config.object("sparsity_config").ifPresent(sparsity -> {
            if (sparsity.has("format") && !sparsity.requireText("format").equals("dense")) {
                throw sparsity.unexpected("format", "\"dense\", as sparse weights are not read");
            }
        });
        JsonFile groups = config.requireObject("config_groups");
        List<CompressedTensors.Scheme> schemes = new ArrayList<>();
        for (String name : groups.keys()) {
            JsonFile group = groups.requireObject(name);
            requireFormat(group.has("format") ? group : config);
            group.object("weights").ifPresent(weights -> schemes.add(scheme(group, weights)));
        }
        return new CompressedTensors(List.copyOf(schemes));
    }

    private static void requireEmpty(JsonFile config, String key, String expected) {
        if (config.object(key)
                .filter(found -> found.keys().iterator().hasNext())
                .isPresent()) {
            throw config.unexpected(key, expected);
        }
    }

    private static void requireFormat(JsonFile config) {
        List<String> formats =
                List.of("float-quantized", "int-quantized", "naive-quantized", "pack-quantized", "dense");
        if (!formats.contains(config.requireText("format"))) {
            throw config.unexpected(
                    "format", "one of " + String.join(", ", formats) + "; other formats of this library are not read");
        }
    }

    private static CompressedTensors.Scheme scheme(JsonFile group, JsonFile weights) {
        CompressedTensors.Strategy strategy = weights.requireOneOf(
                "strategy",
                CompressedTensors.Strategy.values(),
                known -> known.name().toLowerCase(Locale.ROOT));
        int bits = oneOf(weights, "num_bits", 2, 4, 8);
        List<Integer> block = switch (strategy) {
            case TENSOR, CHANNEL -> List.of(1, 0);
            case GROUP -> List.of(1, Math.max(1, groupSize(weights, GROUP_SIZE)));
            case BLOCK -> block(weights, "block_structure");
        };
        if (block.isEmpty()) {
            throw weights.unexpected("block_structure", "[rows, columns] of a block");
        }
        return new CompressedTensors.Scheme(
                targets(group),
                bits,
                weights.flagOr("symmetric", true),
                ordered(weights),
                strategy,
                block.get(0),
                block.get(1));
    }

    private static List<CompressedTensors.Target> targets(JsonFile group) {
        String key = "targets";
        try {
            return group.texts(key).stream().map(CompressedTensors.Target::of).toList();
        } catch (PatternSyntaxException e) {
            throw group.unexpected(key, "patterns after \"re:\" that can be read (" + e.getDescription() + ")");
        }
    }

    /**
     * Returns whether an index names the group of each column. With "weight", columns are quantised in another order but
     * stay in place.
     */
    private static boolean ordered(JsonFile weights) {
        String key = "actorder";
        if (!weights.has(key)) {
            return false;
        }
        return switch (weights.requireText(key).toLowerCase(Locale.ROOT)) {
            case "group", "dynamic" -> true;
            case "weight", "static" -> false;
            default -> throw weights.unexpected(key, "\"group\" or \"weight\"");
        };
    }

    private static int oneOf(JsonFile config, String key, int... known) {
        int value = config.requireInt(key);
        if (Arrays.stream(known).noneMatch(each -> each == value)) {
            throw config.unexpected(
                    key, known.length == 1 ? String.valueOf(known[0]) : "one of " + Arrays.toString(known));
        }
        return value;
    }

    /** Returns the columns of a group; 0 for all of a row, which configs write as -1. */
    private static int groupSize(JsonFile config, String key) {
        int size = config.requireInt(key);
        if (size != -1 && size < 1) {
            throw config.unexpected(key, "columns of a group, or -1 for all of a row");
        }
        return Math.max(0, size);
    }
}
