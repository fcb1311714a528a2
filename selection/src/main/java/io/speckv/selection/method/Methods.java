package io.speckv.selection.method;

import io.speckv.selection.InvalidSettingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every method by name. Settings have the reference's names, so a file of the paper loads unchanged. A key may be set in the
 * {@code sparse_config} block, in a block with the method's name, or at the top, where dotted keys
 * ({@code specpc.window_size}) reach into blocks. The later of these places wins. Blocks of other methods are ignored. A
 * {@link Preset} fills in what is not set.
 */
public final class Methods {
    private static final String SPARSE_CONFIG = "sparse_config";
    private static final String SPARSE_TYPE = "sparse_type";

    /** Keys that the paper's files hold besides {@code sparse_config}; none of them is about selection. */
    private static final Set<String> BESIDE_SPARSE_CONFIG = Set.of("draft_model", "target_model", "dataset");

    private static final Map<String, Entry> METHODS = methods();

    private Methods() {}

    /**
     * One method.
     *
     * @param recipe makes its two policies from the settings that it reads
     * @param summary what the method does, in one sentence
     */
    private record Entry(Function<Settings, Pair> recipe, String summary) {}

    private static Map<String, Entry> methods() {
        Map<String, Entry> methods = new LinkedHashMap<>();
        methods.put(
                "full", new Entry(CacheMethods::full, "The whole prompt and the full cache: nothing is compressed."));
        methods.put(
                "specpc",
                new Entry(
                        DraftMethods::specPc,
                        "The draft's attention selects the prompt tokens that reach the target."));
        methods.put(
                "speckv",
                new Entry(
                        DraftMethods::specKv,
                        "The draft's lookahead tokens select the KV pairs that the target keeps."));
        methods.put(
                "speckv-pc",
                new Entry(DraftMethods::cascade, "SpecPC shortens the prompt, then SpecKV evicts the target's cache."));
        methods.put(
                "ada-speckv",
                new Entry(DraftMethods::adaSpecKv, "SpecKV with a budget that the KV heads of a layer share by need."));
        methods.put(
                "corrected-speckv",
                new Entry(
                        DraftMethods::correctedSpecKv,
                        "SpecKV, or LAQ++ from where the target finds the draft's lookahead wrong."));
        methods.put(
                "snapkv",
                new Entry(CacheMethods::snapKv, "The prompt's last tokens select the KV pairs that stay; no draft."));
        methods.put(
                "pyramidkv",
                new Entry(CacheMethods::pyramidKv, "SnapKV with larger budgets in lower layers; no draft."));
        methods.put(
                "ada-snapkv",
                new Entry(
                        CacheMethods::adaSnapKv,
                        "SnapKV with a budget that the KV heads of a layer share by need; no draft."));
        methods.put(
                "h2o",
                new Entry(CacheMethods::h2o, "KV pairs that received most attention stay, and recent ones; no draft."));
        methods.put("tova", new Entry(CacheMethods::tova, "KV pairs that the last token attends to stay; no draft."));
        methods.put(
                "streaming",
                new Entry(CacheMethods::streaming, "The first and the last tokens' KV pairs stay; no draft."));
        methods.put(
                "laq++",
                new Entry(
                        CacheMethods::laqPlusPlus,
                        "The target's own lookahead over an evicted cache selects the KV pairs; no draft."));
        methods.put(
                "specprefill",
                new Entry(
                        PromptMethods::specPrefill,
                        "The draft's attention selects chunks of the prompt, at their old positions."));
        methods.put(
                "llmlingua2",
                new Entry(
                        PromptMethods::llmLingua2,
                        "A token classifier beside the draft selects the prompt's words, chunk by chunk."));
        methods.put("truncate", new Entry(PromptMethods::truncate, "The middle of the prompt is cut out; no draft."));
        methods.put("random", new Entry(PromptMethods::random, "Random prompt tokens stay, as a baseline; no draft."));
        return Collections.unmodifiableMap(methods);
    }

    /** Returns the names that {@link #of} knows. */
    public static List<String> names() {
        return List.copyOf(METHODS.keySet());
    }

    /**
     * Returns what the method {@code name} does, in one sentence.
     *
     * @throws InvalidSettingException if there is no such method
     */
    public static String summary(String name) {
        return entry(canonical("method", name)).summary;
    }

    private static Entry entry(String method) {
        return Objects.requireNonNull(METHODS.get(method), method);
    }

    /**
     * Returns the method with its defaults overridden by {@code settings}.
     *
     * @param settings parsed YAML: numbers, booleans, texts, nulls and nested maps
     * @throws InvalidSettingException naming the key, its value and the rule it breaks; for unknown keys also the known ones
     */
    public static Method of(String name, Map<String, ? extends @Nullable Object> settings) {
        return whole(canonical("method", name), read(name, settings));
    }

    /**
     * Returns every setting of the method as {@link #of} applies it, defaults included, under the method's own keys.
     *
     * @throws InvalidSettingException as {@link #of} does
     */
    public static Map<String, @Nullable Object> applied(String name, Map<String, ? extends @Nullable Object> settings) {
        Settings read = read(name, settings);
        var unused = whole(canonical("method", name), read);
        return read.applied();
    }

    /**
     * Returns settings for the same method as plain keys and blocks, with a preset written out, for readers that know no
     * presets.
     *
     * @throws InvalidSettingException as {@link #of} does
     */
    public static Map<String, @Nullable Object> writtenOut(
            String name, Map<String, ? extends @Nullable Object> settings) {
        return read(name, settings).values();
    }

    /**
     * Returns whether the method has the setting {@code key}, that is, whether it would be read beside the other settings.
     *
     * @param settings with which the method is built, {@code key} among them
     * @param key may reach into a block with a dot
     * @throws InvalidSettingException as {@link #of} does, except for keys that the method does not read
     */
    public static boolean has(String name, Map<String, ? extends @Nullable Object> settings, String key) {
        String method = canonical("method", name);
        Settings read = read(name, settings);
        var unused = build(method, read);
        return read.wasRead(key.startsWith(method + ".") ? key.substring(method.length() + 1) : key);
    }

    private static Settings read(String name, Map<String, ? extends @Nullable Object> settings) {
        String method = canonical("method", name);
        Map<String, @Nullable Object> merged = merge(method, settings);
        Object type = merged.remove(SPARSE_TYPE);
        if (type != null && !canonical(SPARSE_TYPE, String.valueOf(type)).equals(method)) {
            throw InvalidSettingException.of(SPARSE_TYPE, type, "must name the method asked for, which is " + method);
        }
        return new Settings(Preset.writtenOut(method, merged));
    }

    /** Returns the method that a file's {@code sparse_type} names, with the file's settings. */
    public static Method ofFile(Map<String, ? extends @Nullable Object> settings) {
        Object block = settings.get(SPARSE_CONFIG);
        Object type = block == null
                ? settings.get(SPARSE_TYPE)
                : Settings.requireBlock(SPARSE_CONFIG, block).get(SPARSE_TYPE);
        return of(canonical(SPARSE_TYPE, String.valueOf(type)), settings);
    }

    /** Refuses keys that the method does not read. Blocks of other methods may stand in the same file. */
    private static Method whole(String method, Settings read) {
        Method built = build(method, read);
        read.finish(METHODS.keySet());
        return built;
    }

    private static Method build(String method, Settings read) {
        boolean verifyLookahead = read.flag("verify_lookahead", true);
        // The preset is written out by now. It is read here only so that it is known and shown.
        var unused = read.textOrNull(Preset.KEY);
        Pair pair = entry(method).recipe.apply(read);
        return new Method(method, pair.prompt(), pair.cache(), verifyLookahead);
    }

    /** Returns the name in the table; the paper's files write {@code speckvpc2048} as {@code speckvpc}. */
    private static String canonical(String key, String name) {
        String method = name.equals("speckvpc") ? "speckv-pc" : name;
        if (!METHODS.containsKey(method)) {
            throw InvalidSettingException.of(key, name, "must be one of " + METHODS.keySet());
        }
        return method;
    }

    private static Map<String, @Nullable Object> merge(
            String method, Map<String, ? extends @Nullable Object> settings) {
        Map<String, @Nullable Object> top = new LinkedHashMap<>(settings);
        Map<String, @Nullable Object> merged = new LinkedHashMap<>();
        if (top.containsKey(SPARSE_CONFIG)) {
            merged.putAll(Settings.requireBlock(SPARSE_CONFIG, top.remove(SPARSE_CONFIG)));
            top.keySet().removeAll(BESIDE_SPARSE_CONFIG);
        }
        Map<String, @Nullable Object> dotted = new LinkedHashMap<>(top);
        dotted.keySet().removeIf(key -> key.indexOf('.') < 0);
        top.keySet().removeAll(dotted.keySet());
        Object own = top.remove(method);
        if (own != null) {
            merged.putAll(Settings.requireBlock(method, own));
        }
        merged.putAll(top);
        dotted.forEach((key, value) -> put(merged, method, key, value));
        return merged;
    }

    private static void put(
            Map<String, @Nullable Object> merged, String method, String dotted, @Nullable Object value) {
        int dot = dotted.indexOf('.');
        String block = dotted.substring(0, dot);
        String key = dotted.substring(dot + 1);
        if (block.equals(method)) {
            merged.put(key, value);
            return;
        }
        Object there = merged.get(block);
        Map<String, @Nullable Object> inner =
                there == null ? new LinkedHashMap<>() : Settings.requireBlock(block, there);
        inner.put(key, value);
        merged.put(block, inner);
    }
}
