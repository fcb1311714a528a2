package io.speckv.router.draft;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.cascade.DraftLoss;
import io.speckv.cascade.Failure;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DraftFailuresTest {
    private static Failure sent(FailureCode code) {
        return DraftFailures.of(Failures.encode(RequestException.of(code, "so it is")));
    }

    private static DraftLoss loss(Failure failure) {
        assertThat(failure).isInstanceOf(Failure.WithoutDraft.class);
        return ((Failure.WithoutDraft) failure).why();
    }

    @ParameterizedTest
    @CsvSource({
        "UNAVAILABLE, UNAVAILABLE",
        "CANCELLED, UNAVAILABLE",
        "DEADLINE_EXCEEDED, TIMEOUT",
        "RESOURCE_EXHAUSTED, OVERLOADED",
        "INTERNAL, FAILED",
        "UNIMPLEMENTED, FAILED"
    })
    void aBareStatusIsALossOfTheDraft(Status.Code code, DraftLoss why) {
        assertThat(loss(DraftFailures.of(code.toStatus().asRuntimeException()))).isEqualTo(why);
    }

    @ParameterizedTest
    @CsvSource({
        "DRAINING, UNAVAILABLE",
        "LOADING, UNAVAILABLE",
        "QUEUE_FULL, OVERLOADED",
        "KV_MEMORY, OVERLOADED",
        "DEADLINE, TIMEOUT",
        "NON_FINITE, FAILED",
        "UNEXPECTED, FAILED",
        "TOKENIZER_MISMATCH, OTHER_TOKENIZER",
        "PROMPT_TOO_LONG, PROMPT_TOO_LONG"
    })
    void soIsWhatADraftSaysOfItself(FailureCode code, DraftLoss why) {
        assertThat(loss(sent(code))).isEqualTo(why);
    }

    @Test
    void aSettingThatTheDraftRefusesFailsTheRequest() {
        Failure failure = DraftFailures.of(
                Failures.encode(RequestException.invalidField("scoring.window_size", "is 0, must be at least 1")));
        assertThat(failure).isInstanceOf(Failure.Refused.class);
        assertThat(((Failure.Refused) failure).cause())
                .isInstanceOf(RequestException.class)
                .hasMessage("method is refused by the draft: scoring.window_size is 0, must be at least 1")
                .hasNoCause();
    }

    @Test
    void aDraftWithoutAClassifierFailsTheRequestToo() {
        Failure failure = sent(FailureCode.CLASSIFIER_MISSING);
        assertThat(((Failure.Refused) failure).cause()).hasMessage("the draft says: so it is");
    }

    @Test
    void whatIsNoStatusIsAFailureOfTheDraft() {
        assertThat(loss(DraftFailures.of(new IllegalStateException("broken")))).isEqualTo(DraftLoss.FAILED);
    }
}
