package io.speckv.cli.ask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.cli.options.WrongInputException;
import io.speckv.proto.v1.FallbackPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FallbacksTest {
    @ParameterizedTest
    @CsvSource({
        "full, FALLBACK_POLICY_FULL",
        "snapkv, FALLBACK_POLICY_SNAPKV",
        "ngram, FALLBACK_POLICY_NGRAM",
        "fail, FALLBACK_POLICY_FAIL"
    })
    void aPolicyIsReadAndToldByOneName(String name, FallbackPolicy policy) {
        assertThat(Fallbacks.parse(name)).isEqualTo(policy);
        assertThat(Fallbacks.name(policy)).isEqualTo(name);
    }

    @Test
    void noneIsTheRouters() {
        assertThat(Fallbacks.parse(null)).isEqualTo(FallbackPolicy.FALLBACK_POLICY_UNSPECIFIED);
    }

    @ParameterizedTest
    @CsvSource({"Full", "''", "none", "unspecified"})
    void anyOtherIsToldWhatThereIs(String name) {
        assertThatThrownBy(() -> Fallbacks.parse(name))
                .isInstanceOf(WrongInputException.class)
                .hasMessage("--fallback is '" + name + "'; write full, snapkv, ngram or fail");
    }
}
