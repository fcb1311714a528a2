package io.speckv.selection.method;

import io.speckv.selection.FixedBudget;
import io.speckv.selection.InvalidSettingException;
import io.speckv.selection.Pooling;
import io.speckv.selection.Reduction;
import io.speckv.selection.cache.AdaSpecKv;
import io.speckv.selection.cache.BlendedScores;
import io.speckv.selection.cache.CachePolicy;
import io.speckv.selection.cache.CorrectedSpecKv;
import io.speckv.selection.cache.LaqPlusPlus;
import io.speckv.selection.cache.LookaheadCorrection;
import io.speckv.selection.cache.LookaheadSource;
import io.speckv.selection.cache.ReceivedScores;
import io.speckv.selection.cache.SnapKv;
import io.speckv.selection.cache.SparsePrefill;
import io.speckv.selection.cache.SpecKv;
import io.speckv.selection.prompt.AttentionScoring;
import io.speckv.selection.prompt.SpecPc;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The paper's methods: their keys and defaults. Defaults are the reference's, except SpecKV's window 32 and kernel 7, which
 * are the paper's (the reference's own default kernel, 64, is even and refused by itself).
 */
final class DraftMethods {
    /** The reference computes its {@code mean} as a sum, which gives the same ranking. */
    private static final Map<String, Reductions> SPECPC_REDUCTIONS = Map.of(
            "max", new Reductions(Reduction.MAX, Reduction.MAX),
            "mean", new Reductions(Reduction.SUM, Reduction.SUM),
            "mean_then_max", new Reductions(Reduction.MEAN, Reduction.MAX));

    private static final Map<String, SecondStage> SECOND_STAGES = Map.of(
            "lookahead",
                    new SecondStage(
                            null, (settings, weight) -> lookaheadStage(settings, new LookaheadSource.ScoringPass())),
            "own_lookahead", new SecondStage(1, (settings, weight) -> lookaheadStage(settings, draft(settings))),
            "received", new SecondStage(null, (settings, weight) -> receivedStage(settings)),
            "blend", new SecondStage(null, DraftMethods::blendedStage));

    private record Reductions(Reduction overQueries, Reduction others) {}

    /**
     * How the cascade's second stage ranks KV pairs.
     *
     * @param scoringTokens lookahead tokens of a SpecPC stage that does not set them; null for the request's max_new_tokens
     */
    private record SecondStage(@Nullable Integer scoringTokens, Recipe recipe) {}

    private interface Recipe {
        CachePolicy read(Settings settings, double blendWeight);
    }

    private DraftMethods() {}

    static Pair specPc(Settings settings) {
        return Pair.of(specPc(settings, 1));
    }

    static Pair specKv(Settings settings) {
        return Pair.of(lookaheadStage(settings, draft(settings)));
    }

    /** Reads SpecKV's keys without those of its sparse prefill, and LAQ++'s keys, under other names, for the correction. */
    static Pair correctedSpecKv(Settings settings) {
        int capacity = Keys.capacity(settings);
        int window = Keys.window(settings, 32);
        Pooling.Centred pooling = Keys.specKvPooling(settings);
        SpecKv specKv = new SpecKv(
                new FixedBudget(capacity),
                window,
                pooling,
                Keys.reduction(settings, "reduction_type", "max"),
                draft(settings),
                null);
        Reduction overGroup = Keys.reduction(settings, "group_reduction", "mean");
        SnapKv stageOne = new SnapKv(
                capacity,
                Keys.windowBelow(capacity, settings, "stage_one_window_size", CacheMethods.WINDOW, 1),
                pooling,
                overGroup);
        LookaheadSource.PseudoDecoding decoding = new LookaheadSource.PseudoDecoding(
                Keys.decodedTokens(settings, "correction_tokens", CacheMethods.LAQ_TOKENS), stageOne);
        LaqPlusPlus laq = new LaqPlusPlus(
                capacity,
                Keys.windowBelow(capacity, settings, "correction_window_size", CacheMethods.LAQ_WINDOW, 0),
                pooling,
                overGroup,
                decoding);
        int trusted = settings.integer("trusted_tokens", CacheMethods.LAQ_TOKENS);
        return Pair.of(new CorrectedSpecKv(specKv, new LookaheadCorrection(laq, decoding, trusted)));
    }

    static Pair adaSpecKv(Settings settings) {
        return Pair.of(new AdaSpecKv(
                Keys.capacity(settings),
                Keys.window(settings, 32),
                Keys.specKvPooling(settings),
                Keys.reduction(settings, "reduction_type", "max"),
                settings.number("head_floor", Keys.HEAD_FLOOR),
                draft(settings),
                sparsePrefill(settings)));
    }

    /**
     * The cascade. Its lookahead is the SpecPC stage's, by default the request's max_new_tokens (the reference's null falls
     * back to 20). A {@code lookahead_tokens} of the SpecKV stage has no effect, as in the reference. It has one with
     * {@code own_lookahead}: the draft scores with the SpecPC stage's tokens, by default one, sends the scores, and drafts
     * the SpecKV stage's lookahead while the target reads.
     */
    static Pair cascade(Settings settings) {
        SecondStage secondStage = settings.choice("second_stage", "lookahead", SECOND_STAGES);
        double blendWeight = settings.number("blend_weight", 0.5);
        // This key stands beside the stages, so its error must not name one of them.
        BlendedScores.requireWeight(blendWeight);
        SpecPc prompt = stage(settings, "specpc", block -> specPc(block, secondStage.scoringTokens()));
        CachePolicy cache = stage(settings, "speckv", block -> {
            block.integerOrNull("lookahead_tokens", null);
            return secondStage.recipe().read(block, blendWeight);
        });
        return new Pair(prompt, cache);
    }

    /** Returns the result of {@code recipe} for the block {@code name_config} (in the paper's files) or {@code name}. */
    private static <T> T stage(Settings settings, String name, Function<Settings, T> recipe) {
        String config = name + "_config";
        if (settings.has(config) && settings.has(name)) {
            throw InvalidSettingException.of(name, "(a block)", "cannot be set together with " + config);
        }
        String present = settings.has(config) ? config : name;
        Settings block = settings.block(present);
        try {
            return recipe.apply(block);
        } catch (InvalidSettingException e) {
            throw e.within(present);
        }
    }

    private static SpecPc specPc(Settings settings, @Nullable Integer lookaheadTokens) {
        int window = Keys.window(settings, 64);
        Reductions reductions = settings.choice("reduction_type", "max", SPECPC_REDUCTIONS);
        AttentionScoring scoring = new AttentionScoring(
                window,
                settings.flag("weighted_query", true),
                settings.integer("starting_layer_index", 0),
                reductions.overQueries(),
                reductions.others(),
                reductions.others(),
                false,
                settings.integerOrNull("lookahead_tokens", lookaheadTokens),
                1);
        var pooling = Keys.zeroPadded(settings, 64);
        Integer neighbours = settings.integerOrNull("neighbor_tokens", null);
        return new SpecPc(
                scoring,
                Keys.countOrMassOrShare(settings, window),
                pooling,
                neighbours == null ? pooling.kernel() : neighbours,
                Keys.text(settings));
    }

    private static LookaheadSource draft(Settings settings) {
        return new LookaheadSource.Draft(settings.integerOrNull("lookahead_tokens", null));
    }

    private static SparsePrefill sparsePrefill(Settings settings) {
        return new SparsePrefill(
                settings.integer("prefill_window_size", 2048), settings.integer("prefill_vertical_size", 2048));
    }

    private static SpecKv lookaheadStage(Settings settings, LookaheadSource lookahead) {
        int window = Keys.window(settings, 32);
        return new SpecKv(
                Keys.countOrMassOrNone(settings, window),
                window,
                Keys.specKvPooling(settings),
                Keys.reduction(settings, "reduction_type", "max"),
                lookahead,
                sparsePrefill(settings));
    }

    private static ReceivedScores receivedStage(Settings settings) {
        // The whole block is read, so that one file serves every second stage and each checks it in the same way.
        SpecKv same = lookaheadStage(settings, new LookaheadSource.None());
        return new ReceivedScores(same.budget(), same.windowSize(), same.pooling(), new float[0]);
    }

    private static BlendedScores blendedStage(Settings settings, double blendWeight) {
        return new BlendedScores(
                lookaheadStage(settings, new LookaheadSource.ScoringPass()), blendWeight, new float[0]);
    }
}
