package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.ServedPool;
import io.speckv.router.model.RoutedModel;
import io.speckv.router.settings.RouterSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Two pools of one {@link RoutedModel}, with real targets on loopback; and two members of one pool. */
class PoolsTest {
    private static final String POOLS = "--target.pools={stable: {channel: {target: TARGET}, weight: 3},"
            + " canary: {channel: {target: OTHER_TARGET}}}";

    private static RouterRig rig(String... more) {
        String[] flags = new String[more.length + 1];
        flags[0] = POOLS;
        System.arraycopy(more, 0, flags, 1, more.length);
        RouterRig rig = RouterRig.start(flags);
        RouterRig.await(
                () -> served(rig).getPoolsList().stream().allMatch(ServedPool::getReady), "a pool is not ready");
        forget(rig);
        return rig;
    }

    /** Forgets the rig's own calls, once they have ended. */
    private static void forget(RouterRig rig) {
        RouterRig.await(() -> rig.target.open.get() == 0 && rig.otherTarget.open.get() == 0, "a call goes on");
        rig.target.calls.clear();
        rig.otherTarget.calls.clear();
    }

    private static ServedModel served(RouterRig rig) {
        return rig.blocking().describe(DescribeRequest.getDefaultInstance()).getModels(0);
    }

    private static GenerateRequest asking(int firstToken) {
        GenerateRequest.Builder request = RouterRig.request("full");
        request.getPromptBuilder().getTokenIdsBuilder().setIds(0, firstToken);
        return request.build();
    }

    @Test
    void everyPoolGetsItsShareOfTheRequests() {
        try (RouterRig rig = rig()) {
            for (int i = 0; i < 20; i++) {
                rig.once(asking(i));
            }
            assertThat(rig.otherTarget.calls.size()).isBetween(4, 6);
            assertThat(rig.target.calls.size() + rig.otherTarget.calls.size()).isEqualTo(20);
        }
    }

    @Test
    void byPrefixAPromptStaysInItsPool() {
        try (RouterRig rig = rig("--target.spread=by_prefix")) {
            for (int i = 0; i < 24; i++) {
                forget(rig);
                rig.once(asking(i));
                boolean canary = rig.target.calls.isEmpty();
                rig.once(asking(i));
                assertThat(rig.target.calls).hasSize(canary ? 0 : 2);
                assertThat(rig.otherTarget.calls).hasSize(canary ? 2 : 0);
            }
        }
    }

    private static ServedPool withoutReason(ServedPool pool) {
        return pool.toBuilder().clearNotReadyReason().build();
    }

    @Test
    void aPoolThatIsGoneLeavesItsRequestsToTheOther() {
        try (RouterRig rig = rig()) {
            rig.targetServer.notServing();
            RouterRig.await(() -> !served(rig).getPools(0).getReady(), "the lost pool counts as ready");
            for (int i = 0; i < 8; i++) {
                rig.once(asking(i));
            }
            assertThat(rig.otherTarget.calls).hasSize(8);
            assertThat(served(rig).getReady()).isTrue();
            assertThat(served(rig).getPools(0).getNotReadyReason()).startsWith("no target can be reached: ");
            assertThat(served(rig).getPoolsList().stream().map(PoolsTest::withoutReason))
                    .containsExactly(
                            ServedPool.newBuilder()
                                    .setName("stable")
                                    .setWeight(3)
                                    .build(),
                            ServedPool.newBuilder()
                                    .setName("canary")
                                    .setWeight(1)
                                    .setReady(true)
                                    .build());
            rig.otherTargetServer.notServing();
            RouterRig.await(() -> !served(rig).getReady(), "a model without any pool counts as ready");
            assertThat(served(rig).getNotReadyReason())
                    .matches("stable: no target can be reached: .+; canary: no target can be reached: .+");
        }
    }

    /** The same beginning to the same member, also where the rest differs. */
    @Test
    void byPrefixAMemberOfAPoolKeepsWhatBeginsAlike() {
        try (RouterRig rig = RouterRig.start(
                "--target.load-balancing=by_prefix",
                "--target.channel.target=list:///TARGET,OTHER_TARGET",
                "--prefix-length=40")) {
            RouterRig.await(
                    () -> {
                        for (int i = 0; i < 16; i++) {
                            rig.once(asking(i));
                        }
                        return !rig.target.calls.isEmpty() && !rig.otherTarget.calls.isEmpty();
                    },
                    "both members are not connected");
            for (int i = 0; i < 16; i++) {
                forget(rig);
                rig.once(asking(i));
                boolean other = rig.target.calls.isEmpty();
                RouterRig.await(() -> rig.target.open.get() == 0 && rig.otherTarget.open.get() == 0, "a call goes on");
                GenerateRequest.Builder again = asking(i).toBuilder();
                again.getPromptBuilder().getTokenIdsBuilder().addIds(7);
                rig.once(again.build());
                assertThat(rig.target.calls).hasSize(other ? 0 : 2);
                assertThat(rig.otherTarget.calls).hasSize(other ? 2 : 0);
            }
        }
    }

    @Test
    void weightsAndSpreadAreChecked() {
        assertThatThrownBy(() -> load("--target.pools={a: {weight: -1}}"))
                .hasMessageContaining("weight is -1, must be at least 0")
                .hasMessageContaining("target.pools.a");
        assertThatThrownBy(() -> load("--target.pools={a: {weight: 0}, b: {weight: 0}}"))
                .hasMessageContaining("weight is 0 for every pool of [a, b], must be above 0 for at least one");
        assertThatThrownBy(() -> load("--target.spread=evenly"))
                .hasMessageContaining("'evenly' is not a spread: write by_share or by_prefix");
        assertThatThrownBy(() -> load("--prefix-length=0")).hasMessageContaining("prefix-length is 0");
    }

    private static void load(String flag) {
        var unused = RouterSettings.loader().load(null, Map.of(), List.of("--tokenizer.target=models", flag));
    }
}
