package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ExitCode;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceGrpc;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a target begins to serve, and how it stops. */
class StopTest {
    private static final int[] PROMPT = LoopbackTarget.prompt(60);

    @Test
    void runningStreamsEndWellWhileHealthSaysNotServingAndNewOnesAreRefused() throws Exception {
        try (LoopbackTarget target =
                LoopbackTarget.start("llama-target", "--server.drain.notice=300ms", "--server.drain.calls=20s")) {
            int[] alone =
                    target.generate(LoopbackTarget.start(PROMPT, 200).build()).tokens();
            TargetCall running = target.open(LoopbackTarget.start(PROMPT, 200).build())
                    .halfClose()
                    .awaitFirstToken();
            CompletableFuture<ExitCode> stop = CompletableFuture.supplyAsync(
                    () -> target.server().process().stop());

            LoopbackTarget.await(() -> health(target) == ServingStatus.NOT_SERVING, "health says serving");
            LoopbackTarget.await(
                    () -> isRefused(target.open(LoopbackTarget.start(PROMPT, 1).build())), "new calls are taken");
            assertThat(running.result().tokens()).isEqualTo(alone);
            assertThat(stop.get(20, TimeUnit.SECONDS)).isEqualTo(ExitCode.CLEAN);
        }
    }

    private static ServingStatus health(LoopbackTarget target) {
        return HealthGrpc.newBlockingStub(target.channel())
                .check(HealthCheckRequest.newBuilder()
                        .setService(TargetServiceGrpc.SERVICE_NAME)
                        .build())
                .getStatus();
    }

    private static boolean isRefused(TargetCall call) {
        try {
            call.halfClose().result();
            return false;
        } catch (AssertionError e) {
            return Status.fromThrowable(call.thrown()).getCode() == Status.Code.UNAVAILABLE;
        }
    }

    @Test
    void whatDoesNotEndWithinTheDrainTimeIsToldWhy() throws Exception {
        try (LoopbackTarget target =
                LoopbackTarget.start("llama-target", "--server.drain.calls=150ms", "--slots.large.count=1")) {
            List<TargetCall> calls = new ArrayList<>();
            // One decodes, the others wait for its slot.
            for (int i = 0; i < 3; i++) {
                calls.add(
                        target.open(LoopbackTarget.start(PROMPT, 1900).build()).halfClose());
                calls.get(0).awaitFirstToken();
            }
            LoopbackTarget.await(() -> target.server().queued() == 2, "nobody waits");
            ExitCode code = target.server().process().stop();

            assertThat(code).isEqualTo(ExitCode.CALLS_CUT);
            for (TargetCall call : calls) {
                RemoteFailure failure = call.failure();
                assertThat(failure.is(FailureCode.DRAINING))
                        .as(failure.toString())
                        .isTrue();
                assertThat(failure.status()).isEqualTo(Status.Code.UNAVAILABLE);
            }
            assertThat(target.server().slotsUsed()).isZero();
            assertThat(target.server().queued()).isZero();
        }
    }

    @Test
    void saysThatTheModelIsLoadingUntilItIsWarm() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        CompletableFuture<LoopbackTarget> started =
                CompletableFuture.supplyAsync(() -> LoopbackTarget.start("llama-target", "--server.port=" + port));
        try {
            Optional<RemoteFailure> failure = Optional.empty();
            while (failure.isEmpty() && !started.isDone()) {
                failure = describe(channel);
                channel.resetConnectBackoff();
            }
            assertThat(failure).hasValueSatisfying(loading -> {
                assertThat(loading.is(FailureCode.LOADING)).isTrue();
                assertThat(loading.status()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(loading.retryAfter()).isPresent();
            });
            started.get(20, TimeUnit.SECONDS);
            assertThat(describe(channel)).isEmpty();
        } finally {
            channel.shutdownNow();
            started.get(20, TimeUnit.SECONDS).close();
        }
    }

    private static Optional<RemoteFailure> describe(ManagedChannel channel) {
        try {
            var unused = TargetServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .describe(TargetServiceDescribeRequest.getDefaultInstance());
            return Optional.empty();
        } catch (io.grpc.StatusRuntimeException e) {
            return RemoteFailure.of(e);
        }
    }
}
