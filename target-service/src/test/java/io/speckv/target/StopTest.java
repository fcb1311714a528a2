package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.engine.GoldenRun;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.server.ExitCode;
import io.speckv.kit.server.HealthWatch;
import io.speckv.kit.telemetry.Telemetry;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.TargetServiceDescribeRequest;
import io.speckv.proto.v1.TargetServiceGrpc;
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
        try (LoopbackTarget target = LoopbackTarget.start(
                "llama-target",
                "--server.drain.notice=300ms",
                "--server.drain.calls=60s",
                "--streams.outbox-messages=4",
                "--streams.slow-consumer-timeout=10m")) {
            GenerationStart large = LoopbackTarget.moreThanWindowsHold().build();
            int[] alone = target.generate(large).tokens();
            // It runs until it is read.
            TargetCall running = target.openUnread(large).halfClose();
            running.read(1);
            running.awaitFirstToken();
            CompletableFuture<ExitCode> stop;
            try (HealthWatch health = HealthWatch.serving(target.channel(), TargetServiceGrpc.SERVICE_NAME)) {
                stop = CompletableFuture.supplyAsync(target.server().process()::stop);
                health.await(ServingStatus.NOT_SERVING);
            }
            LoopbackTarget.await(
                    () -> isRefused(target.open(LoopbackTarget.start(PROMPT, 1).build())), "new calls are taken");
            assertThat(stop).isNotDone();
            running.read(Integer.MAX_VALUE);

            assertThat(running.result().tokens()).isEqualTo(alone);
            assertThat(stop.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCode.CLEAN);
        }
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
        TargetSettings settings = LoopbackTarget.settings(GoldenRun.model("llama-target"));
        List<RemoteFailure> whileLoading = new ArrayList<>();
        Telemetry telemetry = Telemetry.start(settings.telemetry(), new Telemetry.ServiceIdentity("t", "0"), List.of());
        try (TargetServer server = TargetServer.start(
                settings, telemetry, process -> describe(process.port()).ifPresent(whileLoading::add))) {
            assertThat(whileLoading).singleElement().satisfies(loading -> {
                assertThat(loading.is(FailureCode.LOADING)).isTrue();
                assertThat(loading.status()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(loading.retryAfter()).isPresent();
            });
            assertThat(describe(server.port())).isEmpty();
        }
    }

    /** Returns why a description is refused, if it is. */
    private static Optional<RemoteFailure> describe(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            var unused = TargetServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .describe(TargetServiceDescribeRequest.getDefaultInstance());
            return Optional.empty();
        } catch (StatusRuntimeException e) {
            return RemoteFailure.of(e);
        } finally {
            channel.shutdownNow();
        }
    }
}
