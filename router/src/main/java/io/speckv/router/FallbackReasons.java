package io.speckv.router;

import io.speckv.cascade.Choice;
import io.speckv.cascade.DraftLoss;
import io.speckv.proto.v1.FallbackReason;

/** Why a request is without its draft, on the wire. */
final class FallbackReasons {
    private FallbackReasons() {}

    static FallbackReason toProto(DraftLoss why) {
        return switch (why) {
            case UNAVAILABLE -> FallbackReason.FALLBACK_REASON_DRAFT_UNAVAILABLE;
            case TIMEOUT -> FallbackReason.FALLBACK_REASON_DRAFT_TIMEOUT;
            case OVERLOADED -> FallbackReason.FALLBACK_REASON_DRAFT_OVERLOADED;
            case FAILED -> FallbackReason.FALLBACK_REASON_DRAFT_FAILED;
            case RESULT_INVALID -> FallbackReason.FALLBACK_REASON_DRAFT_RESULT_INVALID;
            case PROMPT_TOO_LONG -> FallbackReason.FALLBACK_REASON_PROMPT_TOO_LONG_FOR_DRAFT;
        };
    }

    /** Returns the reason, or unspecified where the draft did its part or none was needed. */
    static FallbackReason of(Choice choice) {
        return choice.lost() == null ? FallbackReason.FALLBACK_REASON_UNSPECIFIED : toProto(choice.lost());
    }
}
