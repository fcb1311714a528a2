package io.speckv.kit.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Duration;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ControlTokenRule;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFieldsTest {
    private static RequestException failure(ThrowingCallable call) {
        RequestException failure = catchThrowableOfType(RequestException.class, call);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void idsBelowTheVocabularySizeAreTokens() {
        assertThat(RequestFields.tokens(List.of(0, 7, 99), "ids", 100)).containsExactly(0, 7, 99);
        assertThat(RequestFields.tokens(List.of(), "ids", 100)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"100, 100", "2147483647, 2147483647", "-1, 4294967295", "-2147483648, 2147483648"})
    void theFirstIdBeyondItIsNamedAsItWasSent(int id, String sent) {
        RequestException failure = failure(() -> RequestFields.tokens(List.of(5, id, 1000), "prompt.token_ids", 100));
        assertThat(failure.code()).isEqualTo(FailureCode.TOKEN_OUT_OF_VOCAB);
        assertThat(failure.field()).contains("prompt.token_ids[1]");
        assertThat(failure).hasMessage("prompt.token_ids[1] is " + sent + ", must be below the vocabulary size 100");
    }

    @Test
    void aPromptHasATokenAndNoMoreThanFit() {
        assertThatCode(() -> RequestFields.requirePromptLength(1, "prompt", 8)).doesNotThrowAnyException();
        assertThatCode(() -> RequestFields.requirePromptLength(8, "prompt", 8)).doesNotThrowAnyException();
        RequestException empty = failure(() -> RequestFields.requirePromptLength(0, "prompt", 8));
        assertThat(empty.code()).isEqualTo(FailureCode.FIELD_INVALID);
        assertThat(empty).hasMessage("prompt is empty, must have at least 1 token");
        RequestException tooLong = failure(() -> RequestFields.requirePromptLength(9, "prompt", 8));
        assertThat(tooLong.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(tooLong).hasMessage("prompt has 9 tokens, must have at most 8");
        assertThat(tooLong.metadata()).containsEntry("needed_tokens", "9").containsEntry("most_tokens", "8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "0123-abc ~!", " "})
    void anIdIsPrintableAscii(String id) {
        assertThatCode(() -> RequestFields.requireId(id)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "a\nb", "\t", "\u007f", "🙂"})
    void anythingElseIsNoneAndIsNotRepeated(String id) {
        assertThat(failure(() -> RequestFields.requireId(id)))
                .hasMessage("request_id has " + id.length()
                        + " characters, must be at most 128 printable ASCII characters");
    }

    @Test
    void anIdHasAtMost128Characters() {
        assertThatCode(() -> RequestFields.requireId("x".repeat(128))).doesNotThrowAnyException();
        assertThat(failure(() -> RequestFields.requireId("x".repeat(129))).field())
                .contains("request_id");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "10, 10"})
    void aNumberWithinItsRangeIsGivenBack(int value, int given) {
        assertThat(RequestFields.within(value, 1, 10, "n")).isEqualTo(given);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "11, 11", "-1, 4294967295"})
    void oneBeyondItIsNamedAsItWasSent(int value, String sent) {
        assertThat(failure(() -> RequestFields.within(value, 1, 10, "sampling.n")))
                .hasMessage("sampling.n is " + sent + ", must be 1 to 10");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0",
        "1, 500000000, 1500000000",
        "9223372035, 999999999, 9223372035999999999",
        "9223372037, 0, 9223372036854775807",
        "315576000000, 999999999, 9223372036854775807"
    })
    void aDurationIsCountedInNanosecondsAsFarAsTheyGo(long seconds, int nanos, long counted) {
        Duration duration =
                Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
        assertThat(RequestFields.nanos(duration, "wait")).isEqualTo(counted);
    }

    @ParameterizedTest
    @CsvSource({"-1, 0", "0, -1", "1, -1", "0, 1000000000", "315576000001, 0"})
    void aDurationIsValidAndNotNegative(long seconds, int nanos) {
        Duration duration =
                Duration.newBuilder().setSeconds(seconds).setNanos(nanos).build();
        assertThat(failure(() -> RequestFields.nanos(duration, "wait")))
                .hasMessage("wait must be a valid duration of at least 0");
    }

    @Test
    void aNumberWithoutANameIsToldThoseThatHaveOne() {
        RequestException failure = RequestFields.unknown("rule", -9, ControlTokenRule.getDescriptor());
        assertThat(failure.code()).isEqualTo(FailureCode.FIELD_INVALID);
        assertThat(failure)
                .hasMessage("rule is -9, must be unset or one of CONTROL_TOKEN_RULE_AS_TEXT (1),"
                        + " CONTROL_TOKEN_RULE_AS_CONTROL (2)");
    }
}
