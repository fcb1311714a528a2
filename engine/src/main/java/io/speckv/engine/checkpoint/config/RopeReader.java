package io.speckv.engine.checkpoint.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads how a model's layers rotate, in the spelling of transformers 4 ({@code rope_theta}, {@code rope_scaling}), of
 * transformers 5 ({@code rope_parameters}, flat or by kind of layer), or in both at once, as in files that were saved twice.
 */
public final class RopeReader {
    /** The configs' name for layers that see all keys. */
    static final String FULL = "full_attention";
    /** The configs' name for layers that see a window. */
    static final String SLIDING = "sliding_attention";

    private static final String THETA = "rope_theta";
    private static final String SHARE = "partial_rotary_factor";
    private static final String ORIGINAL = "original_max_position_embeddings";
    private static final String SCALING = "rope_scaling";
    private static final String PARAMETERS = "rope_parameters";
    private static final String DEFAULT = "default";

    private final JsonFile config;
    private final int maxPositions;
    private final double usualTheta;

    /** @param usualTheta base if the config has none */
    RopeReader(JsonFile config, int maxPositions, double usualTheta) {
        this.config = config;
        this.maxPositions = maxPositions;
        this.usualTheta = usualTheta;
    }

    /**
     * Returns the rotation of one kind of layer.
     *
     * @param kind {@link #FULL} or {@link #SLIDING}
     */
    Rope of(String kind) {
        List<JsonFile> scalings = scalings(kind);
        List<JsonFile> everywhere = new ArrayList<>(scalings);
        everywhere.add(config);
        JsonFile theta = holding(everywhere, THETA).orElse(config);
        JsonFile share = holding(everywhere, SHARE).orElse(config);
        return new Rope(
                theta.doubleOr(THETA, usualTheta),
                share.doubleOr(SHARE, 1),
                scalings.isEmpty() ? RopeScaling.none() : scaling(scalings.get(0)));
    }

    /**
     * Returns the rotation of layers with a window, in a family where it differs from the others.
     *
     * @param key of its base, if rotations are not given by kind of layer
     * @param usual base if the config has none
     */
    Rope ofLocalLayers(String key, double usual) {
        double base = config.doubleOr(key, usual);
        List<JsonFile> found = isByKind(SCALING) || isByKind(PARAMETERS) ? scalings(SLIDING) : List.of();
        if (found.isEmpty()) {
            return Rope.plain(base);
        }
        JsonFile local = found.get(0);
        return new Rope(local.doubleOr(THETA, base), local.doubleOr(SHARE, 1), scaling(local));
    }

    private boolean isByKind(String key) {
        return config.object(key)
                .filter(found -> found.has(FULL) || found.has(SLIDING))
                .isPresent();
    }

    /**
     * Returns the objects that describe a kind of layer; the first one decides. Of two, {@code rope_scaling} decides, as in
     * transformers 5. An object with type "default" cannot contradict the other.
     */
    private List<JsonFile> scalings(String kind) {
        List<JsonFile> found = new ArrayList<>();
        for (String key : List.of(SCALING, PARAMETERS)) {
            Optional<JsonFile> object = config.object(key);
            if (isByKind(key)) {
                object = object.flatMap(kinds -> kinds.object(kind));
            }
            object.ifPresent(found::add);
        }
        if (found.size() == 2) {
            RopeScaling first = scaling(found.get(0));
            RopeScaling second = scaling(found.get(1));
            if (first.equals(RopeScaling.none())) {
                found.add(found.remove(0));
            } else if (!second.equals(RopeScaling.none()) && !Objects.equals(first, second)) {
                throw config.unexpected(PARAMETERS, "the same scaling as in " + SCALING);
            }
        }
        return found;
    }

    private static Optional<JsonFile> holding(List<JsonFile> places, String key) {
        return places.stream().filter(place -> place.has(key)).findFirst();
    }

    private RopeScaling scaling(JsonFile scaling) {
        String key = scaling.has("rope_type") || !scaling.has("type") ? "rope_type" : "type";
        String type = scaling.has(key) ? scaling.requireText(key) : DEFAULT;
        return switch (type) {
            case DEFAULT -> RopeScaling.none();
            case "linear" -> new RopeScaling.Linear(scaling.requireDouble("factor"));
            case "dynamic" -> new RopeScaling.DynamicNtk(scaling.requireDouble("factor"), maxPositions);
            // The first files of Phi-3 have LongRoPE's two lists under the name "yarn". transformers reads them as
            // LongRoPE too.
            case "yarn" -> scaling.has("long_factor") ? longRope(scaling) : yarn(scaling);
            case "longrope", "su" -> longRope(scaling);
            case "llama3" ->
                new RopeScaling.Llama3(
                        scaling.requireDouble("factor"),
                        scaling.requireDouble("low_freq_factor"),
                        scaling.requireDouble("high_freq_factor"),
                        originalPositions(scaling));
            default ->
                throw scaling.unexpected(
                        key,
                        "one of \"default\", \"linear\", \"dynamic\", \"yarn\", \"longrope\", \"llama3\", as nothing else is"
                                + " supported");
        };
    }

    private RopeScaling yarn(JsonFile scaling) {
        int original = originalPositions(scaling);
        double factor = scaling.doubleOr("factor", (double) maxPositions / original);
        double attentionFactor = scaling.doubleOr(
                "attention_factor",
                RopeScaling.Yarn.attentionFactor(
                        factor, scaling.doubleOr("mscale", 0), scaling.doubleOr("mscale_all_dim", 0)));
        return new RopeScaling.Yarn(
                factor,
                original,
                attentionFactor,
                scaling.doubleOr("beta_fast", 32),
                scaling.doubleOr("beta_slow", 1),
                scaling.flagOr("truncate", true));
    }

    private RopeScaling longRope(JsonFile scaling) {
        int original = originalPositions(scaling);
        double stretch = (double) maxPositions / original;
        // Besides the lists, Phi-3 keeps the original context at the top level. Then the factor is the stretch over
        // that context.
        double factor = config.has(ORIGINAL) ? stretch : scaling.doubleOr("factor", stretch);
        return new RopeScaling.LongRope(
                scaling.doubles("short_factor"),
                scaling.doubles("long_factor"),
                original,
                scaling.doubleOr("attention_factor", RopeScaling.LongRope.attentionFactor(factor, original)));
    }

    private int originalPositions(JsonFile scaling) {
        return config.has(ORIGINAL) ? config.requireInt(ORIGINAL) : scaling.intOr(ORIGINAL, maxPositions);
    }
}
