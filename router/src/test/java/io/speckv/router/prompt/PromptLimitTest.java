package io.speckv.router.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.ModelDescription;
import org.junit.jupiter.api.Test;

class PromptLimitTest {
    private static final PromptLimit EIGHT = new PromptLimit(8, "the settings allow");
    private static final PromptLimit NINE = new PromptLimit(9, "the target takes");

    @Test
    void aPromptWithinItIsFine() {
        assertThatCode(() -> EIGHT.require(8)).doesNotThrowAnyException();
    }

    @Test
    void aLongerOneIsToldWhoseLimitItIs() {
        RequestException failure = catchThrowableOfType(RequestException.class, () -> EIGHT.require(9));
        assertThat(failure.code()).isEqualTo(FailureCode.PROMPT_TOO_LONG);
        assertThat(failure.field()).contains("prompt");
        assertThat(failure).hasMessage("prompt has 9 tokens, must have at most 8: as many as the settings allow");
        assertThat(failure.metadata()).containsEntry("needed_tokens", "9").containsEntry("most_tokens", "8");
    }

    @Test
    void aPromptThatWasNotCountedToItsEndHasMoreThanWasCounted() {
        RequestException failure = EIGHT.exceeded(65_536);
        assertThat(failure)
                .hasMessage("prompt has more than 65536 tokens, must have at most 8: as many as the settings allow");
        assertThat(failure.metadata()).containsOnlyKeys("most_tokens");
    }

    @Test
    void theSmallerOrTheLargerOfTwoCounts() {
        assertThat(EIGHT.and(NINE)).isSameAs(EIGHT);
        assertThat(NINE.and(EIGHT)).isSameAs(EIGHT);
        assertThat(EIGHT.or(NINE)).isSameAs(NINE);
        assertThat(NINE.or(EIGHT)).isSameAs(NINE);
        PromptLimit same = new PromptLimit(8, "somebody else takes");
        assertThat(EIGHT.and(same)).as("the first of equals").isSameAs(EIGHT);
        assertThat(EIGHT.or(same)).isSameAs(EIGHT);
    }

    @Test
    void aTargetDescribesItsOwn() {
        assertThat(PromptLimit.ofTarget(
                        ModelDescription.newBuilder().setMaxPromptTokenCount(77).build()))
                .isEqualTo(new PromptLimit(77, "the target takes"));
    }
}
