package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpConstantsTest {
    @Test
    void overflowsSoThatTheConstantIsReallyRead() {
        assertThat(ExpConstants.mapIn()).isZero();
    }
}
