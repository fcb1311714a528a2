package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.fuzz.FuzzedService;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * Random messages made from the descriptors, and random bytes: each call ends as {@link FuzzedService} asks, and the router
 * lives on. For longer: {@code -Dfuzz.seconds=3600 -Dfuzz.seed=N}.
 */
class RouterFuzzTest {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 20));
    private static final long SEED = Long.getLong("fuzz.seed", 22);

    private static FuzzedService fuzzed(RouterRig rig) {
        return new FuzzedService(rig.channel, InferenceServiceGrpc.getServiceDescriptor(), SEED);
    }

    @Test
    void everyMessageGetsADocumentedStatus() {
        try (RouterRig rig = RouterRig.start()) {
            FuzzedService fuzzed = fuzzed(rig);
            long end = System.nanoTime() + TIME.toNanos();
            while (System.nanoTime() < end) {
                fuzzed.sendMessage();
            }
            assertThat(rig.once(RouterRig.request("full").build()).hasFinished())
                    .isTrue();
        }
    }

    @Test
    void bytesThatAreNoMessageAreTheClientsFault() {
        try (RouterRig rig = RouterRig.start()) {
            FuzzedService fuzzed = fuzzed(rig);
            for (int i = 0; i < 300; i++) {
                fuzzed.sendBytes();
            }
            assertThat(rig.once(RouterRig.request("full").build()).hasFinished())
                    .isTrue();
        }
    }
}
