package io.speckv.router.settings;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.speckv.proto.v1.FallbackPolicy;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request gets when there is no draft.
 *
 * @param overloaded policy when the draft is too busy; null means snapkv if policy is full, else the same as policy
 * @param snapkv SnapKV's settings by its own keys
 * @param speckv SpecKV's settings by its own keys
 * @param ngramTokens most tokens to guess from a prompt's n-grams, at least 0
 */
public record FallbackSettings(
        Policy policy,
        @Nullable Policy overloaded,
        @Nullable Map<String, Object> snapkv,
        @Nullable Map<String, Object> speckv,
        int ngramTokens) {
    public FallbackSettings {
        if (ngramTokens < 0) {
            throw new IllegalArgumentException("ngram-tokens is " + ngramTokens + ", must be at least 0");
        }
    }

    /** What the router does instead. */
    public enum Policy {
        FULL(FallbackPolicy.FALLBACK_POLICY_FULL),
        SNAPKV(FallbackPolicy.FALLBACK_POLICY_SNAPKV),
        NGRAM(FallbackPolicy.FALLBACK_POLICY_NGRAM),
        FAIL(FallbackPolicy.FALLBACK_POLICY_FAIL);

        private final FallbackPolicy wire;

        Policy(FallbackPolicy wire) {
            this.wire = wire;
        }

        /** Returns the policy of a settings file. */
        @JsonCreator
        static Policy of(String text) {
            for (Policy policy : values()) {
                if (policy.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return policy;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is not a policy: write full, snapkv, ngram or fail");
        }

        public FallbackPolicy toProto() {
            return wire;
        }
    }
}
