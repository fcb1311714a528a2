package io.speckv.selection.method;

import io.speckv.selection.cache.AdaSnapKv;
import io.speckv.selection.cache.FullCache;
import io.speckv.selection.cache.H2o;
import io.speckv.selection.cache.LaqPlusPlus;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.cache.PyramidKv;
import io.speckv.selection.cache.SnapKv;
import io.speckv.selection.cache.StreamingLlm;
import io.speckv.selection.cache.Tova;
import io.speckv.selection.prompt.KeepAll;

/** The full cache and the cache baselines: their keys and defaults. None of them needs a draft. */
final class CacheMethods {
    static final int WINDOW = 32;
    static final int LAQ_WINDOW = 8;
    static final int LAQ_TOKENS = 8;

    private CacheMethods() {}

    static Pair full(Settings settings) {
        return new Pair(new KeepAll(), new FullCache());
    }

    static Pair snapKv(Settings settings) {
        return Pair.of(new SnapKv(
                Keys.capacity(settings),
                Keys.window(settings, WINDOW),
                Keys.centred(settings),
                Keys.reduction(settings, "group_reduction", "mean")));
    }

    static Pair pyramidKv(Settings settings) {
        return Pair.of(new PyramidKv(
                Keys.capacity(settings),
                Keys.window(settings, WINDOW),
                Keys.centred(settings),
                Keys.reduction(settings, "group_reduction", "mean"),
                settings.integer("beta", 20)));
    }

    static Pair adaSnapKv(Settings settings) {
        return Pair.of(new AdaSnapKv(
                Keys.capacity(settings),
                Keys.window(settings, WINDOW),
                Keys.centred(settings),
                Keys.reduction(settings, "group_reduction", "mean"),
                settings.number("head_floor", Keys.HEAD_FLOOR)));
    }

    static Pair h2o(Settings settings) {
        int capacity = Keys.capacity(settings);
        return Pair.of(new H2o(
                capacity,
                settings.integer("recent_tokens", Math.max(1, capacity / 2)),
                Keys.reduction(settings, "group_reduction", "mean"),
                settings.flag("per_visible_query", false)));
    }

    static Pair tova(Settings settings) {
        return Pair.of(new Tova(Keys.capacity(settings)));
    }

    static Pair streaming(Settings settings) {
        return Pair.of(new StreamingLlm(Keys.capacity(settings), settings.integer("sink_tokens", 4)));
    }

    static Pair laqPlusPlus(Settings settings) {
        SnapKv stageOne = new SnapKv(
                Keys.capacity(settings),
                Keys.windowBelow(Keys.capacity(settings), settings, "stage_one_window_size", WINDOW, 1),
                Keys.centred(settings),
                Keys.reduction(settings, "group_reduction", "mean"));
        return Pair.of(new LaqPlusPlus(
                stageOne.maxCapacityPrompt(),
                Keys.window(settings, LAQ_WINDOW),
                stageOne.pooling(),
                stageOne.overGroup(),
                new LookaheadSource.PseudoDecoding(settings.integer("lookahead_tokens", LAQ_TOKENS), stageOne)));
    }
}
