package io.speckv.cli.ask;

import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.FallbackPolicy;
import org.jspecify.annotations.Nullable;

/** Fallback policies by their names on the command line. */
final class Fallbacks {
    private Fallbacks() {}

    /** Returns the policy; null leaves it to the router. */
    static FallbackPolicy parse(@Nullable String name) {
        if (name == null) {
            return FallbackPolicy.FALLBACK_POLICY_UNSPECIFIED;
        }
        return switch (name) {
            case "full" -> FallbackPolicy.FALLBACK_POLICY_FULL;
            case "snapkv" -> FallbackPolicy.FALLBACK_POLICY_SNAPKV;
            case "ngram" -> FallbackPolicy.FALLBACK_POLICY_NGRAM;
            case "fail" -> FallbackPolicy.FALLBACK_POLICY_FAIL;
            default -> throw new WrongInputException("--fallback is '" + name + "'; write full, snapkv, ngram or fail");
        };
    }

    /** Returns the policy's name; a router that is older or newer than this command may name one that has none here. */
    static String name(FallbackPolicy policy) {
        return switch (policy) {
            case FALLBACK_POLICY_FULL -> "full";
            case FALLBACK_POLICY_SNAPKV -> "snapkv";
            case FALLBACK_POLICY_NGRAM -> "ngram";
            case FALLBACK_POLICY_FAIL -> "fail";
            case FALLBACK_POLICY_UNSPECIFIED, UNRECOGNIZED -> "(not known here)";
        };
    }
}
