package io.speckv.router.run;

import io.speckv.cascade.Adaptation;
import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.proto.v1.FallbackReason;

/** Why a request was not answered as it asked, on the wire. */
public final class FallbackReasons {
    private FallbackReasons() {}

    public static FallbackReason toProto(DraftLoss why) {
        return switch (why) {
            case UNAVAILABLE -> FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE;
            case TIMEOUT -> FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT;
            case OVERLOADED -> FallbackReason.FALLBACK_REASON_DRAFT_OVERLOADED;
            case FAILED -> FallbackReason.FALLBACK_REASON_DRAFT_FAILED;
            case RESULT_INVALID -> FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID;
            case PROMPT_TOO_LONG -> FallbackReason.FALLBACK_REASON_PROMPT_TOO_LONG_FOR_DRAFT;
            case OTHER_TOKENIZER -> FallbackReason.FALLBACK_REASON_OTHER_TOKENIZER;
        };
    }

    private static FallbackReason toProto(Adaptation why) {
        return switch (why) {
            case SHORT_PROMPT -> FallbackReason.FALLBACK_REASON_SHORT_PROMPT;
            case NO_CACHE_STAGE -> FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE;
            case NO_ORIGINAL_POSITIONS -> FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_ORIGINAL_POSITIONS;
        };
    }

    /** Returns the reason; unspecified if the requested method was applied. */
    public static FallbackReason of(Choice choice) {
        if (choice.lost() != null) {
            return toProto(choice.lost());
        }
        return choice.adapted() == null ? FallbackReason.FALLBACK_REASON_UNSPECIFIED : toProto(choice.adapted());
    }
}
