package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.speckv.engine.DeviceName;
import io.speckv.engine.GoldenRun;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An answer does not depend on where its tokens are chosen. */
class SamplingPlaceTest {
    private static final int REQUESTS = 30;

    @Test
    void answersChosenOnTheDeviceAreThoseChosenOnTheHost() {
        RandomRequest[] requests = RandomRequest.many(5000, REQUESTS);
        try (LoopbackTarget onHost = LoopbackTarget.start("llama-target", "--sampling=host");
                LoopbackTarget onDevice = LoopbackTarget.start(
                        "llama-target", "--sampling=device", "--queue.requests=100", "--slots.small.count=7")) {
            List<TargetCall> together = Arrays.stream(requests)
                    .map(request -> request.open(onDevice, () -> {}).halfClose())
                    .toList();
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(together.get(i).result().tokens())
                        .as("%s", requests[i])
                        .isEqualTo(requests[i].answer(onHost));
            }
            onDevice.awaitIdle();
        }
    }

    @Test
    void logProbabilitiesAreThoseOfTheHost() {
        GenerationStart.Builder start = LoopbackTarget.start(LoopbackTarget.prompt(20), 12);
        start.getSamplingBuilder().setTopLogprobs(4).setTemperature(1.5f).setSeed(3);
        try (LoopbackTarget onHost = LoopbackTarget.start("llama-target", "--sampling=host");
                LoopbackTarget onDevice = LoopbackTarget.start("llama-target", "--sampling=device")) {
            List<TokenLogprobs> expected = logprobs(onHost.generate(start.build()));
            List<TokenLogprobs> seen = logprobs(onDevice.generate(start.build()));
            assertThat(seen).hasSize(12).hasSameSizeAs(expected);
            for (int i = 0; i < seen.size(); i++) {
                assertThat(seen.get(i).getText()).isEqualTo(expected.get(i).getText());
                assertThat(seen.get(i).getLogprob()).isCloseTo(expected.get(i).getLogprob(), within(1e-5f));
                assertThat(seen.get(i).getAlternativesList().stream().map(one -> one.getText()))
                        .isEqualTo(expected.get(i).getAlternativesList().stream()
                                .map(one -> one.getText())
                                .toList());
            }
        }
    }

    @Test
    void autoIsTheDeviceWhereThatIsAGpu() {
        assertThat(SamplingPlace.of("auto").isOn(DeviceName.parse("gpu:0"))).isTrue();
        assertThat(SamplingPlace.of("auto").isOn(DeviceName.CPU)).isFalse();
        assertThat(SamplingPlace.of("host").isOn(DeviceName.parse("gpu:0"))).isFalse();
        assertThat(SamplingPlace.of("device").isOn(DeviceName.CPU)).isTrue();
    }

    @Test
    void anotherPlaceIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> LoopbackTarget.settings(GoldenRun.model("llama-target"), "--sampling=gpu"))
                .hasMessageContaining("'gpu' is not a place of sampling: write auto, host or device");
    }

    private static List<TokenLogprobs> logprobs(TargetCall.Result result) {
        return result.deltas().stream()
                .flatMap(delta -> delta.getLogprobsList().stream())
                .toList();
    }
}
