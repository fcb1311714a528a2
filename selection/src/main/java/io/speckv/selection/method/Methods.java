package io.speckv.selection.method;

import io.speckv.selection.InvalidSettingException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Every method by name. Settings have the reference's names, so a file of the paper loads as it is; where several places
 * set one key, the later of these wins: the {@code sparse_config} block, a block named as the method, keys of its own at the
 * top, and dotted keys ({@code specpc.window_size}) reach into blocks. Blocks of other methods are left alone. A {@link Preset}
 * fills in what is left open.
 */
public final class Methods {
    private static final String SPARSE_CONFIG = "sparse_config";
    private static final String SPARSE_TYPE = "sparse_type";

    /** What the paper's files hold besides {@code sparse_config}; none of it is about selection. */
    private static final Set<String> BESIDE_SPARSE_CONFIG = Set.of("draft_model", "target_model", "dataset");

    private static final Map<String, Function<Settings, Pair>> METHODS = methods();

    private Methods() {}

    private static Map<String, Function<Settings, Pair>> methods() {
        Map<String, Function<Settings, Pair>> methods = new LinkedHashMap<>();
        methods.put("full", CacheMethods::full);
        methods.put("specpc", DraftMethods::specPc);
        methods.put("speckv", DraftMethods::specKv);
        methods.put("speckv-pc", DraftMethods::cascade);
        methods.put("ada-speckv", DraftMethods::adaSpecKv);
        methods.put("snapkv", CacheMethods::snapKv);
        methods.put("pyramidkv", CacheMethods::pyramidKv);
        methods.put("ada-snapkv", CacheMethods::adaSnapKv);
        methods.put("h2o", CacheMethods::h2o);
        methods.put("tova", CacheMethods::tova);
        methods.put("streaming", CacheMethods::streaming);
        methods.put("laq++", CacheMethods::laqPlusPlus);
        methods.put("specprefill", PromptMethods::specPrefill);
        methods.put("llmlingua2", PromptMethods::llmLingua2);
        methods.put("truncate", PromptMethods::truncate);
        methods.put("random", PromptMethods::random);
        return Collections.unmodifiableMap(methods);
    }

    /** Returns the names that {@link #of} knows. */
    public static List<String> names() {
        return List.copyOf(METHODS.keySet());
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
     * Returns every setting of the method as {@link #of} applies it, defaults included, by the method's own keys.
     *
     * @throws InvalidSettingException as {@link #of} does
     */
    public static Map<String, @Nullable Object> applied(String name, Map<String, ? extends @Nullable Object> settings) {
        Settings read = read(name, settings);
        var unused = whole(canonical("method", name), read);
        return read.applied();
    }

    /**
     * Returns the settings as plain keys and blocks with a preset written out, for readers that know none: the same method.
     *
     * @throws InvalidSettingException as {@link #of} does
     */
    public static Map<String, @Nullable Object> writtenOut(
            String name, Map<String, ? extends @Nullable Object> settings) {
        return read(name, settings).values();
    }

    /**
     * Returns whether the method has the setting {@code key}: whether one of this name would be read beside the others.
     *
     * @param settings with which the method is built, {@code key} among them
     * @param key may reach into a block with a dot
     * @throws InvalidSettingException as {@link #of} does, but for keys that nobody reads
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

    /** Refuses keys that nobody reads; blocks of other methods may stand in the same file. */
    private static Method whole(String method, Settings read) {
        Method built = build(method, read);
        read.finish(METHODS.keySet());
        return built;
    }

    private static Method build(String method, Settings read) {
        Function<Settings, Pair> recipe = METHODS.get(method);
        if (recipe == null) {
            throw new IllegalStateException(method + " has no recipe");
        }
        boolean verifyLookahead = read.flag("verify_lookahead", true);
        // It is written out by now, and stands here only to be known and shown.
        var unused = read.textOrNull(Preset.KEY);
        Pair pair = recipe.apply(read);
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
