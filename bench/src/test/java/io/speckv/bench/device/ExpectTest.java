package io.speckv.bench.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.bench.device.CheckResult.Outcome;
import io.speckv.engine.DeviceException;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A device that computes something else is found out, and one failure is one result. */
class ExpectTest {
    @Test
    void otherTokensAndKeysAreWrong() {
        Expect.equal("run 1", new int[] {1, 2}, new int[] {1, 2});
        assertThatThrownBy(() -> Expect.equal("run 1", new int[] {1, 2}, new int[] {1, 3}))
                .isInstanceOf(WrongResultException.class)
                .hasMessage("run 1: [1, 3] where [1, 2] is right");
        assertThatThrownBy(() -> Expect.equalKept("run 1", new int[][][] {{{1}}}, new int[][][] {{{2}}}))
                .isInstanceOf(WrongResultException.class);
    }

    @Test
    void numbersTooFarOffAndNanAreWrong() {
        float[] right = {1, 2, 3};
        assertThat(Expect.near("logits", right, new float[] {1, 2.5f, 3}, 0.5)).isEqualTo(0.5);
        assertThat(Expect.distance("logits", right, right, 0.1)).isZero();
        for (float[] found : new float[][] {{1, 2.6f, 3}, {1, Float.NaN, 3}, {1, 2}}) {
            assertThatThrownBy(() -> Expect.near("logits", right, found, 0.5))
                    .isInstanceOf(WrongResultException.class)
                    .hasMessageContaining("logits");
        }
        assertThatThrownBy(() -> Expect.distance("logits", right, new float[] {1, Float.NaN, 3}, 0.1))
                .isInstanceOf(WrongResultException.class);
    }

    @Test
    void whateverACheckThrowsIsItsResult() {
        assertThat(result(() -> new Check.Seen("fine", Map.of("a", 1))))
                .returns(Outcome.PASSED, CheckResult::outcome)
                .returns("fine", CheckResult::sentence);
        assertThat(result(() -> {
                    throw new WrongResultException("other tokens");
                }))
                .returns(Outcome.FAILED, CheckResult::outcome)
                .returns("other tokens", CheckResult::sentence);
        assertThat(result(() -> {
                    throw new DeviceException("no bf16 here: use fp32");
                }))
                .returns(Outcome.REFUSED, CheckResult::outcome);
        assertThat(result(() -> {
                    throw new IllegalStateException("\nCUDA error: out of memory\nat line 3");
                }))
                .returns(Outcome.FAILED, CheckResult::outcome)
                .returns("IllegalStateException: CUDA error: out of memory", CheckResult::sentence);
    }

    private interface Body {
        Check.Seen run() throws IOException;
    }

    private static CheckResult result(Body body) {
        return DeviceCheck.result(new Check() {
            @Override
            public String name() {
                return "a check";
            }

            @Override
            public Seen run() throws IOException {
                return body.run();
            }
        });
    }
}
