package io.speckv.target;

import io.speckv.kit.admission.AdmissionLimits;
import io.speckv.kit.server.ServerSettings;
import io.speckv.kit.settings.ByteSize;
import io.speckv.kit.settings.SettingsLoader;
import io.speckv.kit.stream.StreamSettings;
import io.speckv.kit.telemetry.TelemetrySettings;
import io.speckv.serving.ModelSettings;
import io.speckv.serving.batch.BatchTerms;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a target service. Meaning, unit and default of every key stand in {@code defaults.yaml}.
 *
 * @param prefixCache most bytes of known prefixes; 0 for none
 * @param decodeShare share of the engine's time for running answers while a prompt is prefilled: above 0, at most 1
 * @param hangLimit longest time that the engine may make no progress; 0 for no limit
 * @param sampling where tokens are chosen
 * @param defaultMethod method of requests that name none
 */
public record TargetSettings(
        ServerSettings server,
        TelemetrySettings telemetry,
        ModelSettings model,
        ByteSize prefixCache,
        Limits limits,
        Slots slots,
        Queue queue,
        StreamSettings streams,
        Overlap overlap,
        double decodeShare,
        Duration hangLimit,
        SamplingPlace sampling,
        String defaultMethod) {

    public TargetSettings {
        var unused = new BatchTerms(decodeShare, hangLimit);
    }

    /** Returns how the engine's thread divides its time, and when it counts as hung. */
    BatchTerms batchTerms() {
        return new BatchTerms(decodeShare, hangLimit);
    }

    /** Returns a loader that reads these settings from file, environment and flags. */
    public static SettingsLoader<TargetSettings> loader() {
        return SettingsLoader.withDefaults(
                TargetSettings.class,
                ServerSettings.DEFAULTS,
                TelemetrySettings.DEFAULTS,
                ModelSettings.DEFAULTS,
                "defaults.yaml");
    }

    /** What one request may ask for, each at least 1. */
    public record Limits(int promptTokens, int newTokens, int lookaheadTokens, int stepDraftedTokens) {
        public Limits {
            requireAtLeast(1, "prompt-tokens", promptTokens);
            requireAtLeast(1, "new-tokens", newTokens);
            requireAtLeast(1, "lookahead-tokens", lookaheadTokens);
            requireAtLeast(1, "step-drafted-tokens", stepDraftedTokens);
        }
    }

    /** Cache slots, reserved at start. */
    public record Slots(Size small, Size large) {
        public Slots {
            if (small.isNone() && large.isNone()) {
                throw new IllegalArgumentException("there are no slots: set small.count or large.count");
            }
            if (!small.isNone() && !large.isNone() && small.tokens() >= large.tokens()) {
                throw new IllegalArgumentException("small slots of " + small.tokens()
                        + " tokens are not smaller than large ones of " + large.tokens());
            }
        }

        /**
         * The slots of one size.
         *
         * @param count at least 0; null for as many as fit in memory
         * @param tokens per layer and KV head, at least 1
         */
        public record Size(@Nullable Integer count, int tokens) {
            public Size {
                if (count != null) {
                    requireAtLeast(0, "count", count);
                }
                requireAtLeast(1, "tokens", tokens);
            }

            private boolean isNone() {
                return count != null && count == 0;
            }
        }
    }

    /** How many requests and prompt tokens may wait for a slot of one size. */
    public record Queue(int requests, long promptTokens) {
        public Queue {
            var unused = new AdmissionLimits(1, requests, promptTokens);
        }

        AdmissionLimits admission(int running) {
            return new AdmissionLimits(running, requests, promptTokens);
        }
    }

    /**
     * Which prompts are read while their lookahead is on its way.
     *
     * @param memory most bytes that such prompts hold together; 0 if no prompt is read early
     * @param leastTokens fewest tokens of such a prompt, at least 2
     */
    public record Overlap(ByteSize memory, int leastTokens) {
        public Overlap {
            requireAtLeast(2, "least-tokens", leastTokens);
        }
    }

    private static void requireAtLeast(int least, String key, int value) {
        if (value < least) {
            throw new IllegalArgumentException(key + " is " + value + ", must be at least " + least);
        }
    }
}
