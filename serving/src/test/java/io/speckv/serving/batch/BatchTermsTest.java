package io.speckv.serving.batch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchTermsTest {
    @ParameterizedTest
    @ValueSource(doubles = {0, -1, 1.01, Double.NaN})
    void theShareOfDecodingIsAboveNoneAndAtMostAll(double share) {
        assertThatThrownBy(() -> new BatchTerms(share, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("decode-share is " + share);
    }
}
