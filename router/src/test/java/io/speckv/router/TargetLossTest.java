package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.GenerateOnceResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Targets that go away. */
class TargetLossTest {
    private static final String TWO = "--target.channel.target=list:///TARGET,OTHER_TARGET";

    @Test
    void anotherTargetTakesOverBeforeTheFirstToken() throws Exception {
        try (RouterRig rig = RouterRig.start(TWO)) {
            FakeTarget.Script dies = (call, observer) -> {
                if (call.start().getRequestId().equals("moved") && moved(rig) == 1) {
                    observer.onError(Status.UNAVAILABLE.asRuntimeException());
                }
            };
            rig.target.onStart = dies;
            rig.otherTarget.onStart = dies;
            GenerateOnceResponse answer =
                    rig.once(RouterRig.request("specpc").setRequestId("moved").build());

            assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0, 1, 2, 3);
            assertThat(answer.getFinished().getCompression().getTargetAttemptCount())
                    .isEqualTo(2);
        }
    }

    @Test
    void anotherTargetTakesOverFromOneThatIsBroken() {
        try (RouterRig rig = RouterRig.start(TWO)) {
            FakeTarget.Script breaks = (call, observer) -> {
                if (call.start().getRequestId().equals("moved") && moved(rig) == 1) {
                    observer.onError(Status.INTERNAL.asRuntimeException());
                }
            };
            rig.target.onStart = breaks;
            rig.otherTarget.onStart = breaks;
            GenerateOnceResponse answer =
                    rig.once(RouterRig.request("specpc").setRequestId("moved").build());

            assertThat(answer.getAnswer().getTokenIdsList()).containsExactly(0, 1, 2, 3);
        }
    }

    @Test
    void aPoolThatIsDownIsNotCalledThreeTimesForEachRequest() {
        try (RouterRig rig = RouterRig.start()) {
            rig.target.calls.clear();
            rig.target.onStart = (call, observer) -> observer.onError(Status.UNAVAILABLE.asRuntimeException());
            int requests = 200;
            for (int i = 0; i < requests; i++) {
                assertThat(rig.failure(RouterRig.request("full").build()).code())
                        .contains(FailureCode.NO_TARGET);
            }
            // Fifty tries more until the budget is spent; a pool that answers earns it back at one for ten.
            assertThat(rig.target.calls).hasSizeLessThanOrEqualTo(requests + 60);
        }
    }

    private static long moved(RouterRig rig) {
        return Stream.concat(rig.target.calls.stream(), rig.otherTarget.calls.stream())
                .filter(call -> call.start().getRequestId().equals("moved"))
                .count();
    }

    @Test
    void anotherTargetTakesOverFromAKilledServer() throws Exception {
        try (RouterRig rig = RouterRig.start(TWO)) {
            rig.target.script = (call, observer) -> {};
            CompletableFuture<GenerateOnceResponse> first =
                    RouterRig.async(() -> rig.once(RouterRig.request("full").build()));
            CompletableFuture<GenerateOnceResponse> second =
                    RouterRig.async(() -> rig.once(RouterRig.request("full").build()));
            RouterRig.await(() -> rig.target.open.get() > 0, "the first target is not asked");
            rig.targetServer.close();

            assertThat(first.get(60, TimeUnit.SECONDS).getAnswer().getTokenIdsCount())
                    .isEqualTo(4);
            assertThat(second.get(60, TimeUnit.SECONDS).getAnswer().getTokenIdsCount())
                    .isEqualTo(4);
        }
    }

    @Test
    void aTargetLostAfterTheFirstTokenEndsTheAnswerWithItsCount() {
        try (RouterRig rig = RouterRig.start()) {
            rig.target.script = (call, observer) -> {
                observer.onNext(FakeTarget.delta(0));
                observer.onNext(FakeTarget.delta(1));
                Thread killer = new Thread(rig.targetServer::close);
                killer.start();
            };
            RemoteFailure failure = rig.failure(RouterRig.request("full").build());

            assertThat(failure.code()).contains(FailureCode.TARGET_LOST);
            assertThat(failure.status()).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(failure.metadata()).containsEntry("generated_token_count", "2");
        }
    }

    @Test
    void noTargetAtAllIsUnavailable() {
        try (RouterRig rig = RouterRig.start()) {
            rig.targetServer.close();
            RemoteFailure failure = rig.failure(RouterRig.request("full").build());

            assertThat(failure.code()).contains(FailureCode.NO_TARGET);
            assertThat(failure.retryAfter()).isPresent();
        }
    }
}
