package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The fallbacks that the metric counts are requests that lost their draft, as {@code RequestRun} sees them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FallbackCountTest {
    private static final GenerateRequest REQUEST = RouterRig.request("specpc")
            .setFallback(FallbackPolicy.FALLBACK_POLICY_FULL)
            .build();

    private final MetricsPage page = new MetricsPage();
    private final RouterRig rig = RouterRig.start(page.flag(), "--draft.attempts=1");

    @AfterEach
    void mend() {
        rig.draft.script = FakeDraft::answer;
        rig.target.onStart = (call, observer) -> {};
    }

    @AfterAll
    void close() {
        rig.close();
    }

    private double fallbacks() {
        return page.text()
                .lines()
                .filter(line -> line.startsWith("speckv_fallbacks_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Test
    void aRequestWhoseFirstSubstituteHasNoRoomFallsBackOnce() {
        double before = fallbacks();
        rig.draft.script = (request, observer) -> observer.onError(RequestException.of(FailureCode.QUEUE_FULL, "full"));
        rig.target.onStart = (call, observer) -> {
            if (call.start().getMethod().getName().equals("full")) {
                observer.onError(RequestException.of(FailureCode.PROMPT_TOO_LONG, "need 44, the largest slot has 20"));
            }
        };
        GenerateOnceResponse answer = rig.once(REQUEST);

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("snapkv");
        assertThat(fallbacks() - before).isEqualTo(1);
    }

    /** What its request loses with it says nothing of the draft. */
    @Test
    void aClientThatLeavesFallsBackToNothing() {
        double before = fallbacks();
        rig.draft.script = (request, observer) -> {};
        for (int i = 0; i < 20; i++) {
            Context.CancellableContext client = Context.current().withCancellation();
            client.run(() -> InferenceServiceGrpc.newStub(rig.channel).generate(REQUEST, new Nobody()));
            RouterRig.await(() -> rig.draft.open.get() == 1, "the draft is not asked");
            client.cancel(null);
            RouterRig.await(() -> rig.draft.open.get() == 0 && rig.router.running() == 0, "the request goes on");
        }

        assertThat(fallbacks() - before).isZero();
    }

    private static final class Nobody implements StreamObserver<GenerateResponse> {
        @Override
        public void onNext(GenerateResponse message) {}

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {}
    }
}
