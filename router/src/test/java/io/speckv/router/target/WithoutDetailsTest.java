package io.speckv.router.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WithoutDetailsTest {
    private static final Status TOO_LARGE =
            Status.RESOURCE_EXHAUSTED.withDescription("gRPC message exceeds maximum size 4194304: 5000000");

    @Test
    void aMessageThatIsTooLargeIsAPromptThatIsTooLong() {
        RequestException failure = WithoutDetails.of(TOO_LARGE, false);
        assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(failure).hasMessage("prompt makes a message that is larger than the target takes");
        assertThat(failure.retryAfter()).as("it stays too long").isEmpty();
    }

    @Test
    void aProxyThatTakesNoMoreIsBusy() {
        RequestException failure = WithoutDetails.of(Status.RESOURCE_EXHAUSTED.withDescription("too many"), false);
        assertThat(failure.code()).isEqualTo(FailureCode.QUEUE_FULL);
        assertThat(failure.retryAfter()).isPresent();
        assertThat(WithoutDetails.of(Status.RESOURCE_EXHAUSTED, false).code())
                .as("it need not say why")
                .isEqualTo(FailureCode.QUEUE_FULL);
    }

    @Test
    void whateverEndsAnAnswerInItsMiddleLosesTheTarget() {
        assertThat(WithoutDetails.of(TOO_LARGE, true).code()).isEqualTo(FailureCode.TARGET_LOST);
        assertThat(WithoutDetails.of(Status.INTERNAL, true).retryAfter()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"UNKNOWN", "INTERNAL", "UNIMPLEMENTED", "UNAUTHENTICATED", "PERMISSION_DENIED", "NOT_FOUND"})
    void anyOtherStatusIsToldByItsCodeAlone(Status.Code code) {
        RequestException failure = WithoutDetails.of(code.toStatus().withDescription("host 10.0.0.7 says no"), false);
        assertThat(failure.code()).isEqualTo(FailureCode.NO_TARGET);
        assertThat(failure).hasMessage("the call ended with " + code + ", which is no answer of a target");
        assertThat(failure.retryAfter()).isPresent();
    }
}
