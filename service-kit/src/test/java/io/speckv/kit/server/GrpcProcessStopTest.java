package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.failure.FailureClassifier;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GrpcProcessStopTest {
    private static final String SERVICE = InferenceServiceGrpc.SERVICE_NAME;

    private static ServingStatus health(Channel channel, String service) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    private static InferenceServiceGrpc.InferenceServiceBlockingStub stub(Channel channel) {
        return InferenceServiceGrpc.newBlockingStub(channel).withDeadlineAfter(10, TimeUnit.SECONDS);
    }

    private static LoopbackServer loading(String... flags) throws IOException {
        return LoopbackServer.loading(ScriptedInference.answering(), List.of(), FailureClassifier.NONE, flags);
    }

    private static int drain(Iterator<GenerateResponse> answers) {
        int count = 0;
        while (answers.hasNext()) {
            answers.next();
            count++;
        }
        return count;
    }

    @Test
    void letsRunningCallsEndWhileItRefusesNewOnes() throws Exception {
        BlockingQueue<ServerCallStreamObserver<GenerateResponse>> running = new ArrayBlockingQueue<>(1);
        try (LoopbackServer server =
                LoopbackServer.serving(new ScriptedInference(running::add), "--server.drain.notice=1500ms")) {
            Channel channel = server.channel().channel();
            Channel watcher = server.channel().channel();
            assertThat(health(watcher, "")).isEqualTo(ServingStatus.SERVING);
            Iterator<GenerateResponse> answers = stub(channel).generate(GenerateRequest.getDefaultInstance());
            ServerCallStreamObserver<GenerateResponse> call = running.poll(10, TimeUnit.SECONDS);
            assertThat(call).isNotNull();
            List<String> closed = new CopyOnWriteArrayList<>();
            server.process().closeAtStop(() -> closed.add("model"));
            server.process().closeAtStop(() -> closed.add("telemetry"));

            CompletableFuture<ExitCode> exit = CompletableFuture.supplyAsync(server.process()::stop);
            long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
            while (health(watcher, "") == ServingStatus.SERVING && System.nanoTime() < until) {
                Thread.sleep(10);
            }
            assertThat(health(watcher, SERVICE)).isEqualTo(ServingStatus.NOT_SERVING);
            // Load balancers that have not noticed yet are still served.
            assertThat(stub(channel)
                            .describe(DescribeRequest.getDefaultInstance())
                            .getVersion())
                    .isEqualTo("test");
            Throwable refusal = null;
            while (refusal == null && System.nanoTime() < until) {
                Thread.sleep(50);
                refusal = catchThrowable(() -> stub(channel).describe(DescribeRequest.getDefaultInstance()));
            }
            assertThat(refusal)
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
            assertThat(exit).isNotDone();
            assertThat(closed).isEmpty();
            call.onNext(GenerateResponse.getDefaultInstance());
            call.onCompleted();

            assertThat(drain(answers)).isEqualTo(1);
            assertThat(exit.get(10, TimeUnit.SECONDS)).isEqualTo(ExitCode.CLEAN);
            assertThat(closed).containsExactly("model", "telemetry");
            assertThat(server.process().stop()).isEqualTo(ExitCode.CLEAN);
        }
    }

    /** Nobody waits for a server that cannot serve: its calls may go to another one at once. */
    @Test
    void aServerThatHasLostWhatItNeedsStopsAtOnceAndTellsItsCalls() throws Exception {
        BlockingQueue<ServerCallStreamObserver<GenerateResponse>> running = new ArrayBlockingQueue<>(1);
        try (LoopbackServer server = LoopbackServer.serving(
                new ScriptedInference(running::add), "--server.drain.notice=1h", "--server.drain.calls=10s")) {
            Iterator<GenerateResponse> answers =
                    stub(server.channel().channel()).generate(GenerateRequest.getDefaultInstance());
            ServerCallStreamObserver<GenerateResponse> call = running.poll(10, TimeUnit.SECONDS);
            assertThat(call).isNotNull();
            server.process()
                    .beforeCut(() -> call.onError(RequestException.of(FailureCode.DRAINING, "the device is lost")));
            server.process().lost("the device is lost");

            assertThatThrownBy(() -> drain(answers)).hasMessageContaining("the device is lost");
            assertThat(server.process().stop()).isEqualTo(ExitCode.LOST);
        }
    }

    @Test
    void cutsCallsThatOutliveTheDrainTime() throws Exception {
        BlockingQueue<ServerCallStreamObserver<GenerateResponse>> running = new ArrayBlockingQueue<>(1);
        try (LoopbackServer server =
                LoopbackServer.serving(new ScriptedInference(running::add), "--server.drain.calls=100ms")) {
            Iterator<GenerateResponse> answers =
                    stub(server.channel().channel()).generate(GenerateRequest.getDefaultInstance());
            ServerCallStreamObserver<GenerateResponse> call = running.poll(10, TimeUnit.SECONDS);
            assertThat(call).isNotNull();

            assertThat(server.process().stop()).isEqualTo(ExitCode.CALLS_CUT);
            assertThat(call.isCancelled()).isTrue();
            assertThatThrownBy(() -> drain(answers)).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void aTaskThatFailsKeepsTheServerFromNothing() throws Exception {
        BlockingQueue<ServerCallStreamObserver<GenerateResponse>> running = new ArrayBlockingQueue<>(1);
        try (LoopbackServer server =
                LoopbackServer.serving(new ScriptedInference(running::add), "--server.drain.calls=0s")) {
            List<String> done = new CopyOnWriteArrayList<>();
            Runnable failing = () -> {
                throw new IllegalStateException("call is closed");
            };
            server.process().whenStopping(failing);
            server.process().whenStopping(() -> done.add("work ends"));
            server.process().beforeCut(failing);
            server.process().beforeCut(() -> done.add("calls are told"));
            server.process().closeAtStop(() -> done.add("model"));
            Iterator<GenerateResponse> answers =
                    stub(server.channel().channel()).generate(GenerateRequest.getDefaultInstance());
            assertThat(running.poll(10, TimeUnit.SECONDS)).as("the call runs").isNotNull();

            assertThat(server.process().stop()).isEqualTo(ExitCode.CALLS_CUT);
            assertThat(done).containsExactly("work ends", "calls are told", "model");
            assertThatThrownBy(() -> drain(answers)).isInstanceOf(StatusRuntimeException.class);
        }
    }

    @Test
    void reportsWhatCouldNotBeClosed() throws Exception {
        try (LoopbackServer server = loading()) {
            List<String> closed = new CopyOnWriteArrayList<>();
            server.process().closeAtStop(() -> {
                throw new IOException("disk full");
            });
            server.process().closeAtStop(() -> closed.add("next"));

            assertThat(server.process().stop()).isEqualTo(ExitCode.FAILED);
            assertThat(closed).containsExactly("next");
        }
    }

    @Test
    void leavesAfterASignalWithItsOwnExitCode() throws Exception {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        // Netty loads a native library, of which later JDKs warn unless it is allowed.
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SignalledMain.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var lines = child.inputReader()) {
            assertThat(lines.readLine()).isEqualTo("up");
            child.toHandle().destroy(); // the handle leaves the output open
            assertThat(child.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).isEqualTo(ExitCode.CLEAN.number());
            assertThat(lines.readLine()).isEqualTo("model closed");
        } finally {
            child.destroyForcibly();
        }
    }

    /** A process that serves until it gets a signal. */
    static final class SignalledMain {
        private SignalledMain() {}

        public static void main(String[] args) throws IOException, InterruptedException {
            GrpcProcess process = GrpcProcess.start(
                    LoopbackServer.settings(),
                    new HostedServices(List.of(ScriptedInference.answering()), List.of(), FailureClassifier.NONE));
            process.closeAtStop(() -> System.out.println("model closed"));
            process.serving();
            process.stopAtSignal();
            System.out.println("up");
            process.awaitSignal();
        }
    }
}
