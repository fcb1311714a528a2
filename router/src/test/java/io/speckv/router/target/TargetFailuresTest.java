package io.speckv.router.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.Failures;
import io.speckv.kit.failure.RequestException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetFailuresTest {
    private static StatusRuntimeException sent(RequestException failure) {
        return Failures.encode(failure);
    }

    private static RequestException of(Throwable thrown, int generatedTokens) {
        RuntimeException failure = TargetFailures.of(thrown, generatedTokens);
        assertThat(failure).isInstanceOf(RequestException.class);
        assertThat(failure).as("gRPC would send the status of a cause").hasNoCause();
        return (RequestException) failure;
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "CANCELLED"})
    void aTargetThatIsAwayBeforeTheFirstTokenIsNone(Status.Code code) {
        RequestException failure = of(code.toStatus().asRuntimeException(), 0);
        assertThat(failure.code()).isEqualTo(FailureCode.NO_TARGET);
        assertThat(failure).hasMessage("no target could take the request");
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UNAVAILABLE", "CANCELLED"})
    void oneThatGoesAwayLaterIsLost(Status.Code code) {
        RequestException failure = of(code.toStatus().asRuntimeException(), 7);
        assertThat(failure.code()).isEqualTo(FailureCode.TARGET_LOST);
        assertThat(failure).hasMessage("the target went away after 7 generated tokens");
        assertThat(failure.metadata()).containsEntry("generated_token_count", "7");
    }

    @Test
    void aTargetThatSaysWhenToComeBackIsHeard() {
        RequestException draining =
                RequestException.of(FailureCode.DRAINING, "is about to stop").retryAfter(Duration.ofSeconds(9));
        assertThat(of(sent(draining), 0).retryAfter()).contains(Duration.ofSeconds(9));
    }

    @ParameterizedTest
    @CsvSource({"0, target.prefill", "1, target.decode"})
    void aDeadlineNamesTheStageInWhichItPassed(int generatedTokens, String stage) {
        RequestException failure = of(Status.DEADLINE_EXCEEDED.asRuntimeException(), generatedTokens);
        assertThat(failure.code()).isEqualTo(FailureCode.DEADLINE);
        assertThat(failure.metadata())
                .containsEntry("stage", stage)
                .containsEntry("generated_token_count", String.valueOf(generatedTokens));
    }

    @Test
    void whatATargetRefusesKeepsItsCodeAndItsField() {
        RequestException refused = of(sent(RequestException.invalidField("sampling.top_k", "is 9, must be 5")), 0);
        assertThat(refused.code()).isEqualTo(FailureCode.FIELD_INVALID);
        assertThat(refused.field()).contains("sampling.top_k");
        assertThat(refused).hasMessage("sampling.top_k is refused by the target: sampling.top_k is 9, must be 5");
    }

    @Test
    void aFieldThatClientsDoNotKnowIsNotNamedAsTheirs() {
        RequestException refused = of(sent(RequestException.invalidField("prompt.scores", "is empty")), 0);
        assertThat(refused.field()).isEmpty();
        assertThat(refused).hasMessage("the target says: prompt.scores is empty");
    }

    @Test
    void figuresAndTheTimeOfTheNextTryArePassedOn() {
        RequestException full = RequestException.of(FailureCode.QUEUE_FULL, "5 requests wait")
                .with("waiting", 5)
                .retryAfter(Duration.ofSeconds(3));
        RequestException failure = of(sent(full), 0);
        assertThat(failure.code()).isEqualTo(FailureCode.QUEUE_FULL);
        assertThat(failure.metadata()).containsEntry("waiting", "5");
        assertThat(failure.retryAfter()).contains(Duration.ofSeconds(3));
    }

    @Test
    void anotherTokenizerIsNoMistakeOfTheClient() {
        RequestException failure = of(sent(RequestException.of(FailureCode.TOKENIZER_MISMATCH, "is another")), 0);
        assertThat(failure.code()).isEqualTo(FailureCode.NO_TARGET);
        assertThat(failure.retryAfter()).isPresent();
    }

    @Test
    void aDefectOfTheTargetIsADefect() {
        RuntimeException failure = TargetFailures.of(sent(RequestException.of(FailureCode.UNEXPECTED, "error 5")), 0);
        assertThat(failure).isInstanceOf(IllegalStateException.class).hasMessageStartingWith("the target failed: ");
        assertThat(failure).hasNoCause();
    }

    @Test
    void ourOwnFailureIsCounted() {
        RequestException ours = RequestException.of(FailureCode.TARGET_LOST, "lost");
        assertThat(of(ours, 3)).hasMessage("lost");
        assertThat(of(ours, 3).metadata()).containsEntry("generated_token_count", "3");
    }

    @Test
    void whetherThereIsNoRoomIsToldByTheCode() {
        assertThat(TargetFailures.saysNoRoom(sent(RequestException.of(FailureCode.PROMPT_TOO_LONG, "no slot"))))
                .isTrue();
        assertThat(TargetFailures.saysNoRoom(sent(RequestException.of(FailureCode.KV_MEMORY, "none left"))))
                .isFalse();
        assertThat(TargetFailures.saysNoRoom(Status.INVALID_ARGUMENT.asRuntimeException()))
                .isFalse();
    }

    @Test
    void silenceIsToldWithItsLength() {
        assertThat(TargetFailures.noFirstToken(Duration.ofMillis(1500)))
                .hasMessage("no target gave a first token within 1500 ms");
        RequestException lost = TargetFailures.lost("sent nothing for 30 ms", 4);
        assertThat(lost).hasMessage("the target sent nothing for 30 ms after 4 generated tokens");
        assertThat(lost.metadata()).containsEntry("reason", "sent nothing for 30 ms");
    }

    @ParameterizedTest
    @EnumSource(
            value = Status.Code.class,
            names = {"OK", "UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED"},
            mode = EnumSource.Mode.EXCLUDE)
    void aStatusWithoutDetailsIsNoAnswerOfATarget(Status.Code code) {
        Status status = code.toStatus().withDescription("10.0.0.7 says no");
        assertThat(of(status.asRuntimeException(), 0)).hasMessageNotContaining("10.0.0.7");
        assertThat(of(status.asRuntimeException(), 2).code()).isEqualTo(FailureCode.TARGET_LOST);
    }
}
