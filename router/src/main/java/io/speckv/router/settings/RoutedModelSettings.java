package io.speckv.router.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.speckv.kit.admission.QueueSettings;
import io.speckv.kit.balance.ByPrefixProvider;
import io.speckv.kit.balance.LeastLoadedProvider;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.settings.ByName;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.DurationText;
import io.speckv.kit.wire.LookaheadWait;
import io.speckv.router.renderer.RendererSettings;
import io.speckv.router.target.Progress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one model that requests can name. The meaning, unit and default of every key are in {@code defaults.yaml}.
 *
 * @param aliases other names for it
 * @param prefixLength length of the beginning by which prompts are compared: characters, or a quarter as many token ids; at
 *     least 1
 * @param analysisCache most bytes of what the draft said of prompts; 0 keeps nothing
 * @param compressFrom shorter prompts are not compressed if the request names no method; in tokens, at least 0
 */
public record RoutedModelSettings(
        List<String> aliases,
        Limits limits,
        TokenizerFolders tokenizer,
        RendererSettings renderer,
        Targets target,
        Progress progress,
        Pool draft,
        int prefixLength,
        Drafting drafting,
        ByteSize analysisCache,
        DefaultMethod method,
        int compressFrom,
        FallbackSettings fallback,
        ProtectionSettings protection,
        AnswerSettings answers,
        QueueSettings queue,
        Shadow shadow) {

    public RoutedModelSettings {
        aliases = List.copyOf(aliases);
        if (prefixLength < 1) {
            throw new IllegalArgumentException("prefix-length is " + prefixLength + ", must be at least 1");
        }
        if (compressFrom < 0) {
            throw new IllegalArgumentException("compress-from is " + compressFrom + ", must be at least 0");
        }
    }

    /**
     * Limits of one request, besides the limits of draft and target.
     *
     * @param promptTokens most tokens of a prompt before it is compressed, at least 1; null for no limit here
     * @param newTokens most tokens of an answer, at least 1; null for no limit here
     */
    public record Limits(
            @Nullable Integer promptTokens, @Nullable Integer newTokens) {
        public Limits {
            requireAtLeastOne("prompt-tokens", promptTokens);
            requireAtLeastOne("new-tokens", newTokens);
        }

        private static void requireAtLeastOne(String key, @Nullable Integer value) {
            if (value != null && value < 1) {
                throw new IllegalArgumentException(key + " is " + value + ", must be at least 1");
            }
        }
    }

    /** Model folders whose tokenizers are used; {@code draft} is null where draft and target share one. */
    public record TokenizerFolders(Path target, @Nullable Path draft) {}

    /** Equal services behind one gRPC name. */
    public record Pool(ChannelSettings channel, String loadBalancing, int attempts) {
        static final List<String> POLICIES =
                List.of(LeastLoadedProvider.POLICY, ByPrefixProvider.POLICY, "round_robin", "pick_first");

        public Pool {
            if (!POLICIES.contains(loadBalancing)) {
                throw new IllegalArgumentException(
                        "load-balancing is " + loadBalancing + ", must be one of " + POLICIES);
            }
            if (attempts < 1 || attempts > 5) {
                throw new IllegalArgumentException("attempts is " + attempts + ", must be 1 to 5");
            }
        }
    }

    /**
     * Where the targets are.
     *
     * @param pools by name, in the order of the file; without names one under the empty name
     * @param spread of requests over the pools
     */
    public record Targets(@ByName Map<String, TargetPool> pools, Spread spread) {
        public Targets {
            pools = Collections.unmodifiableMap(new LinkedHashMap<>(pools));
            if (pools.values().stream().allMatch(pool -> pool.weight() == 0)) {
                throw new IllegalArgumentException(
                        "weight is 0 for every pool of " + pools.keySet() + ", must be above 0 for at least one");
            }
        }
    }

    /**
     * Equal targets behind one gRPC name.
     *
     * @param weight the pool's share of the requests, relative to the weights of the other pools, at least 0
     */
    public record TargetPool(ChannelSettings channel, String loadBalancing, int attempts, int weight) {
        public TargetPool {
            var unused = new Pool(channel, loadBalancing, attempts);
            if (weight < 0) {
                throw new IllegalArgumentException("weight is " + weight + ", must be at least 0");
            }
        }

        public Pool pool() {
            return new Pool(channel, loadBalancing, attempts);
        }
    }

    /** How requests are spread over the pools of a model. */
    public enum Spread {
        /** Each pool gets its share of the requests, one by one. */
        BY_SHARE,
        /** Each pool gets its share of prompt beginnings, so a conversation stays in its pool. */
        BY_PREFIX;

        /** Returns the spread of a settings file. */
        @JsonCreator
        static Spread of(String text) {
            for (Spread spread : values()) {
                if (spread.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return spread;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is not a spread: write by_share or by_prefix");
        }
    }

    /**
     * What the draft is used for, and its time limits.
     *
     * @param continuing whether requests may ask for speculative decoding: the draft drafts on while the target answers
     */
    public record Drafting(
            boolean enabled,
            boolean continuing,
            double deadlineShare,
            Duration timeLimit,
            @Nullable Duration lookaheadTimeLimit,
            Duration lookaheadWait,
            int silences,
            Duration pause) {
        public Drafting {
            if (silences < 1) {
                throw new IllegalArgumentException("silences is " + silences + ", must be at least 1");
            }
            requireAboveZero("pause", pause);
            if (!(deadlineShare > 0 && deadlineShare <= 1)) {
                throw new IllegalArgumentException(
                        "deadline-share is " + deadlineShare + ", must be above 0 and at most 1");
            }
            requireAboveZero("time-limit", timeLimit);
            if (lookaheadWait.isNegative() || lookaheadWait.compareTo(LookaheadWait.MOST) > 0) {
                throw new IllegalArgumentException("lookahead-wait is " + DurationText.of(lookaheadWait)
                        + ", must be 0s to " + DurationText.of(LookaheadWait.MOST));
            }
            if (lookaheadTimeLimit != null) {
                requireAboveZero("lookahead-time-limit", lookaheadTimeLimit);
            }
        }
    }

    /** Method of requests that name none; its settings are under the method's own keys. */
    public record DefaultMethod(String name, @Nullable Map<String, Object> settings) {}

    /**
     * Which answers are compared with the full cache's.
     *
     * @param sampleRate share of requests, 0 to 1
     * @param atOnce comparisons that run at the same time, at least 1
     * @param timeLimit of one comparison
     */
    public record Shadow(double sampleRate, int atOnce, Duration timeLimit) {
        public Shadow {
            if (!(sampleRate >= 0 && sampleRate <= 1)) {
                throw new IllegalArgumentException("sample-rate is " + sampleRate + ", must be 0 to 1");
            }
            if (atOnce < 1) {
                throw new IllegalArgumentException("at-once is " + atOnce + ", must be at least 1");
            }
            requireAboveZero("time-limit", timeLimit);
        }
    }

    private static void requireAboveZero(String key, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(key + " is " + DurationText.of(value) + ", must be above 0");
        }
    }
}
