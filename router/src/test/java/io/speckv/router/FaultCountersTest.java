package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.server.ConnectionFault;
import io.speckv.kit.telemetry.MetricsPage;
import org.junit.jupiter.api.Test;

/** What went wrong with peers is counted from 0: a rate over time needs a value before the first fault. */
class FaultCountersTest {
    private final MetricsPage page = new MetricsPage();

    @Test
    void everyCauseOfEachPeerIsThereBeforeItHappens() {
        try (RouterRig rig = RouterRig.start(page.flag())) {
            assertThat(rig.fingerprint).isNotEmpty();
            for (String cause : ConnectionFault.KINDS) {
                assertThat(page.samples("speckv_peer_unreachable_total", cause))
                        .as("%s of target and draft", cause)
                        .hasSize(2);
            }
        }
    }

    @Test
    void brokenProtocolsAreCountedFromZero() {
        try (RouterRig rig = RouterRig.start(page.flag())) {
            assertThat(page.samples("speckv_peer_invalid_total", "target")).containsExactly(0.0);
            rig.target.script = (call, target) -> target.onNext(FakeTarget.delta(1));

            assertThat(rig.failure(RouterRig.request("full").build()).message()).contains("where 0 follows");
            assertThat(page.samples("speckv_peer_invalid_total", "target")).containsExactly(1.0);
        }
    }

    @Test
    void analysesAreCountedFromZeroWhereNoneAreKept() {
        try (RouterRig rig = RouterRig.start(page.flag())) {
            assertThat(rig.draft.requests)
                    .as("those by which the rig sees that all is there")
                    .isNotEmpty();
            assertThat(page.samples("speckv_analyses_total", "hit")).containsExactly(0.0);
            assertThat(page.samples("speckv_analyses_total", "miss")).containsExactly(0.0);
        }
    }
}
