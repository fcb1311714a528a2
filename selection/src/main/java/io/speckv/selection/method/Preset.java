package io.speckv.selection.method;

import io.speckv.selection.InvalidSettingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The setting {@code preset}: one name for all that the paper's public code does differently from this project's defaults.
 * Budgets, windows and kernels stay the caller's choice; the paper has several of each.
 *
 * <p>{@code paper}: no lookahead token is accepted, so SpecKV's answer comes from the evicted cache from its first token on.
 * A SpecPC stage whose {@code lookahead_tokens} is null drafts {@value #LIBRARY_DEFAULT} tokens, because the paper's code
 * passes the null to its library, which has this default. In the cascade's SpecPC stage the value is null unless it is set,
 * as in all the paper's files. The cascade's second stage ranks by the lookahead.
 */
public final class Preset {
    /** The key of the setting. */
    public static final String KEY = "preset";

    /** The paper's public code. */
    public static final String PAPER = "paper";

    /** No preset: keys that are not set have this project's defaults. */
    public static final String NONE = "none";

    private static final int LIBRARY_DEFAULT = 20;
    private static final String VERIFY = "verify_lookahead";
    private static final String LOOKAHEAD = "lookahead_tokens";
    private static final String SECOND_STAGE = "second_stage";

    /** The keys that a preset settles, in a method or in a stage of it. */
    private static final Set<String> SETTLED =
            Set.of(KEY, VERIFY, LOOKAHEAD, SECOND_STAGE, "blend_weight", Keys.WHOLE_LINES, Keys.MARKS);

    private Preset() {}

    /** Returns whether these settings ask for the paper's method. */
    public static boolean isPaper(Map<String, ? extends @Nullable Object> settings) {
        return PAPER.equals(settings.get(KEY));
    }

    /**
     * Returns defaults without the keys that a preset settles, so that a request that names a preset gets the preset's
     * values instead.
     *
     * @param defaults settings of a method, stages as blocks
     */
    public static Map<String, @Nullable Object> unsettled(Map<String, ? extends @Nullable Object> defaults) {
        Map<String, @Nullable Object> left = new LinkedHashMap<>();
        defaults.forEach((key, value) -> {
            if (!SETTLED.contains(key)) {
                left.put(key, value instanceof Map<?, ?> ? unsettled(Settings.requireBlock(key, value)) : value);
            }
        });
        return left;
    }

    /**
     * Returns the settings with their preset written out. They mean the same to a reader that knows no presets.
     *
     * @param method canonical name
     * @param settings stages as blocks
     * @throws InvalidSettingException for an unknown preset, and if a setting contradicts the preset
     */
    static Map<String, @Nullable Object> writtenOut(String method, Map<String, @Nullable Object> settings) {
        Object name = settings.get(KEY);
        if (name == null || name.equals(NONE)) {
            return settings;
        }
        if (!name.equals(PAPER)) {
            throw InvalidSettingException.of(KEY, name, "must be one of " + List.of(NONE, PAPER));
        }
        Map<String, @Nullable Object> paper = new LinkedHashMap<>(settings);
        settle(paper, VERIFY, false);
        if (method.equals("speckv-pc")) {
            settle(paper, SECOND_STAGE, "lookahead");
            String stage = paper.get("specpc_config") == null ? "specpc" : "specpc_config";
            Object block = paper.get(stage);
            paper.put(stage, drafting(block == null ? Map.of() : Settings.requireBlock(stage, block)));
        } else if (method.equals("specpc")) {
            requireNothingOfTheText(paper);
            return paper.containsKey(LOOKAHEAD) ? drafting(paper) : paper;
        }
        return paper;
    }

    /** Returns a SpecPC stage with the library's default in the place of null. */
    private static Map<String, @Nullable Object> drafting(Map<String, @Nullable Object> stage) {
        Map<String, @Nullable Object> drafting = new LinkedHashMap<>(stage);
        if (drafting.get(LOOKAHEAD) == null) {
            drafting.put(LOOKAHEAD, LIBRARY_DEFAULT);
        }
        requireNothingOfTheText(drafting);
        return drafting;
    }

    /** The paper knows neither lines nor marks. */
    private static void requireNothingOfTheText(Map<String, @Nullable Object> stage) {
        for (String key : List.of(Keys.WHOLE_LINES, Keys.MARKS)) {
            Object said = stage.get(key);
            if (said != null && !said.equals(false)) {
                throw contradicts(key, said, false);
            }
        }
    }

    private static void settle(Map<String, @Nullable Object> settings, String key, Object value) {
        Object said = settings.put(key, value);
        if (said != null && !said.equals(value)) {
            throw contradicts(key, said, value);
        }
    }

    private static InvalidSettingException contradicts(String key, Object said, Object value) {
        return InvalidSettingException.of(key, said, "cannot be set together with preset paper, which is " + value);
    }
}
