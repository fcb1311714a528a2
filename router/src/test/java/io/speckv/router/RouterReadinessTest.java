package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.HealthWatch;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.router.pool.DraftDirectory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * While a router cannot serve, as its {@link DraftDirectory} and its targets have it, health says so and requests are
 * refused at once.
 */
class RouterReadinessTest {
    private static ServingStatus health(RouterRig rig) {
        return HealthGrpc.newBlockingStub(rig.channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder()
                        .setService(InferenceServiceGrpc.SERVICE_NAME)
                        .build())
                .getStatus();
    }

    /** Returns the status that a request is refused with, or null if it is answered. */
    private static Status.@Nullable Code refusal(RouterRig rig) {
        Throwable thrown =
                catchThrowable(() -> rig.once(RouterRig.request("full").build()));
        return thrown == null
                ? null
                : ((StatusRuntimeException) thrown).getStatus().getCode();
    }

    @Test
    void refusesUntilATargetHasDescribedItself() {
        try (FakeServer nobody = FakeServer.serving(new FakeDraft(""));
                RouterRig rig = RouterRig.startUnchecked("--target.channel.target=localhost:" + nobody.port())) {
            long began = System.nanoTime();
            assertThat(health(rig)).isEqualTo(ServingStatus.NOT_SERVING);
            assertThat(refusal(rig)).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(8));
        }
        try (RouterRig rig = RouterRig.start()) {
            assertThat(health(rig)).isEqualTo(ServingStatus.SERVING);
            assertThat(refusal(rig)).isNull();
        }
    }

    @Test
    void healthFollowsTheTargets() {
        try (RouterRig rig = RouterRig.start()) {
            assertThat(health(rig)).isEqualTo(ServingStatus.SERVING);
            rig.targetServer.notServing();
            RouterRig.await(() -> health(rig) == ServingStatus.NOT_SERVING, "health says that it serves");
            rig.targetServer.servingAgain();
            RouterRig.await(() -> health(rig) == ServingStatus.SERVING, "health says that it does not serve");

            int port = rig.targetServer.port();
            rig.targetServer.close();
            RouterRig.await(() -> health(rig) == ServingStatus.NOT_SERVING, "health says that it serves");
            assertThat(refusal(rig)).isEqualTo(Status.Code.UNAVAILABLE);

            // Long enough for gRPC's own back-off to have grown beyond what is waited for below.
            sleep(12);
            try (FakeServer back = FakeServer.serving(rig.target, port)) {
                long began = System.nanoTime();
                RouterRig.await(() -> refusal(rig) == null, "requests are refused");
                assertThat(System.nanoTime() - began).isLessThan(TimeUnit.SECONDS.toNanos(5));
                RouterRig.await(() -> health(rig) == ServingStatus.SERVING, "health says that it does not serve");
                assertThat(back.port()).isEqualTo(port);
            }
        }
    }

    /** Where requests fail without a draft, a router without one does not serve. */
    @Test
    void healthFollowsTheDraftWhereRequestsFailWithoutOne() {
        try (RouterRig rig = RouterRig.start("--fallback.policy=fail", "--method.name=specpc")) {
            assertThat(health(rig)).isEqualTo(ServingStatus.SERVING);
            rig.draft.fingerprint = "f00d";
            RouterRig.await(() -> health(rig) == ServingStatus.NOT_SERVING, "health says that it serves");
            rig.draft.fingerprint = rig.fingerprint;
            RouterRig.await(() -> health(rig) == ServingStatus.SERVING, "health says that it does not serve");
            rig.draftServer.close();
            RouterRig.await(() -> health(rig) == ServingStatus.NOT_SERVING, "health says that it serves");
        }
        try (RouterRig rig = RouterRig.start("--fallback.policy=full", "--method.name=specpc")) {
            rig.draftServer.close();
            assertThat(rig.once(RouterRig.request("specpc").build()).hasFinished())
                    .isTrue();
            assertThat(health(rig)).isEqualTo(ServingStatus.SERVING);
        }
    }

    private static void sleep(int seconds) {
        try {
            Thread.sleep(TimeUnit.SECONDS.toMillis(seconds));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void drainsRunningAnswersAndRefusesNewOnes() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch mayAnswer = new CountDownLatch(1);
        try (RouterRig rig = RouterRig.start("--server.drain.notice=300ms")) {
            rig.target.script = (call, observer) -> {
                asked.countDown();
                var unused = RouterRig.async(() -> {
                    awaitQuietly(mayAnswer);
                    FakeTarget.answer(call, observer);
                    return true;
                });
            };
            CompletableFuture<GenerateOnceResponse> running =
                    RouterRig.async(() -> rig.once(RouterRig.request("full").build()));
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();
            rig.target.script = FakeTarget::answer;
            CompletableFuture<ExitCode> exit;
            try (HealthWatch health = HealthWatch.serving(rig.channel, InferenceServiceGrpc.SERVICE_NAME)) {
                exit = RouterRig.async(() -> rig.router.process().stop());
                health.await(ServingStatus.NOT_SERVING);
            }
            RouterRig.await(() -> refusal(rig) == Status.Code.UNAVAILABLE, "new requests are taken");
            assertThat(running).isNotDone();
            mayAnswer.countDown();

            assertThat(running.get(60, TimeUnit.SECONDS).getAnswer().getTokenIdsCount())
                    .isEqualTo(4);
            assertThat(exit.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCode.CLEAN);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void tellsAnswersThatOutliveTheDrainTimeWhyTheyEnd() throws Exception {
        CountDownLatch asked = new CountDownLatch(3);
        try (RouterRig rig = RouterRig.start("--server.drain.notice=0s", "--server.drain.calls=100ms")) {
            rig.target.script = (call, observer) -> asked.countDown();
            CompletableFuture<RemoteFailure> streaming =
                    RouterRig.async(() -> rig.failure(RouterRig.request("full").build()));
            rig.draft.script = (request, observer) -> asked.countDown();
            ExplainRequest why = ExplainRequest.newBuilder()
                    .setPrompt(RouterRig.prompt(40))
                    .setMethod(RouterRig.method("specpc"))
                    .build();
            CompletableFuture<Throwable> explained =
                    RouterRig.async(() -> catchThrowable(() -> rig.blocking().explain(why)));
            CompletableFuture<Throwable> whole = RouterRig.async(() ->
                    catchThrowable(() -> rig.once(RouterRig.request("full").build())));
            assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

            assertThat(rig.router.process().stop()).isEqualTo(ExitCode.CALLS_CUT);

            assertThat(streaming.get(60, TimeUnit.SECONDS).reason()).isEqualTo("DRAINING");
            assertThat(RemoteFailure.of(explained.get(60, TimeUnit.SECONDS)))
                    .map(RemoteFailure::reason)
                    .contains("DRAINING");
            assertThat(Status.fromThrowable(whole.get(60, TimeUnit.SECONDS)).getDescription())
                    .contains("the router stops before the answer is complete");
        }
    }
}
