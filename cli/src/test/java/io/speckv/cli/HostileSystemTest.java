package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.draft.DraftMain;
import io.speckv.engine.GoldenRun;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.router.RouterMain;
import io.speckv.target.TargetMain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services as processes, on a system that is short of something. */
class HostileSystemTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    private static final List<String> FEW_DESCRIPTORS = List.of("bash", "-c", "ulimit -n 250 && exec \"$0\" \"$@\"");
    private static final int MOST_PLACES_LEFT = 100;

    @TempDir
    Path folder;

    /** As the images run: nothing but one folder, into which native libraries are unpacked, can be written to. */
    @Test
    void threeServicesAnswerOnAReadOnlyRoot() throws Exception {
        assumeTrue(canUnshare(), "needs user namespaces (unshare -rm)");
        Path unpacked = Files.createTempDirectory(Path.of("/dev/shm"), "speckv");
        List<ServiceProcess> processes = new ArrayList<>();
        try {
            ServiceProcess draft = started(
                    processes,
                    unpacked,
                    DraftMain.class,
                    "--model.folder=" + RUN.draft(),
                    "--model.dtype=fp32",
                    "--limits.prompt-tokens=2000");
            ServiceProcess target = started(
                    processes,
                    unpacked,
                    TargetMain.class,
                    "--model.folder=" + RUN.target(),
                    "--model.dtype=fp32",
                    "--slots.small.count=1",
                    "--slots.large.count=1",
                    "--slots.large.tokens=4096");
            ServiceProcess router = started(
                    processes,
                    unpacked,
                    RouterMain.class,
                    "--tokenizer.target=" + RUN.target(),
                    "--draft.channel.target=localhost:" + draft.port(),
                    "--target.channel.target=localhost:" + target.port(),
                    "--describe-every=200ms");
            ManagedChannel channel = open(router.port());
            try {
                await(() -> health(channel, 10) == ServingStatus.SERVING);
                assertThat(InferenceServiceGrpc.newBlockingStub(channel)
                                .withDeadlineAfter(60, TimeUnit.SECONDS)
                                .generateOnce(GenerateOnceRequest.newBuilder()
                                        .setRequest(GenerateRequest.newBuilder()
                                                .setPrompt(Prompt.newBuilder().setText("one two three"))
                                                .setMethod(Method.newBuilder().setName("full"))
                                                .setSampling(SamplingSettings.newBuilder()
                                                        .setMaxNewTokens(4)
                                                        .setIgnoreEos(true)))
                                        .build())
                                .getAnswer()
                                .getTokenIdsCount())
                        .isEqualTo(4);
            } finally {
                channel.shutdownNow();
            }
        } finally {
            for (int i = processes.size() - 1; i >= 0; i--) {
                assertThat(processes.get(i).terminate()).as("exit status").isZero();
            }
            new ProcessBuilder("rm", "-rf", unpacked.toString()).start().waitFor();
        }
    }

    private ServiceProcess started(List<ServiceProcess> processes, Path unpacked, Class<?> main, String... flags)
            throws IOException {
        List<String> readOnly = List.of(
                "unshare",
                "-rm",
                "env",
                "DJL_CACHE_DIR=" + unpacked,
                "HOME=" + unpacked,
                "JDK_JAVA_OPTIONS=-Djava.io.tmpdir=" + unpacked,
                "bash",
                "-c",
                "mount -o remount,ro,bind / && ! touch /etc/x$$ 2>/dev/null && exec \"$0\" \"$@\"");
        ServiceProcess process = ServiceProcess.startBy(readOnly, main, folder, flags);
        processes.add(process);
        return process;
    }

    private static boolean canUnshare() {
        try {
            return new ProcessBuilder("unshare", "-rm", "bash", "-c", "mount -o remount,ro,bind / && test -w /dev/shm")
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Whoever comes when no file descriptor is left is told so, and does not wait for a deadline; those that are in stay. */
    @Test
    void connectionsBeyondTheDescriptorsThereAreAreClosedAtOnce() throws Exception {
        ServiceProcess router = ServiceProcess.startBy(
                FEW_DESCRIPTORS,
                RouterMain.class,
                folder,
                "--tokenizer.target=" + RUN.target(),
                "--drafting.enabled=false",
                "--target.channel.target=localhost:1",
                "--server.drain.calls=1s");
        List<Socket> crowd = new ArrayList<>();
        ManagedChannel early = open(router.port());
        List<ManagedChannel> late = new ArrayList<>();
        try {
            assertThat(health(early, 60)).isEqualTo(ServingStatus.NOT_SERVING);
            for (int i = 0; i < 400; i++) {
                crowd.add(new Socket(InetAddress.getLoopbackAddress(), router.port()));
            }
            assertThat(health(early, 60)).as("who is in").isEqualTo(ServingStatus.NOT_SERVING);
            Status refused = firstRefusal(router.port(), late);
            assertThat(refused.getCode()).as(refused.toString()).isEqualTo(Status.Code.UNAVAILABLE);
            for (Socket one : crowd) {
                one.close();
            }
            ManagedChannel turnedAway = late.get(late.size() - 1);
            await(() -> {
                turnedAway.resetConnectBackoff();
                return answers(turnedAway);
            });
        } finally {
            early.shutdownNow();
            late.forEach(ManagedChannel::shutdownNow);
            for (Socket one : crowd) {
                one.close();
            }
            // Some of the crowd may still be on their way in, and out.
            assertThat(router.terminate()).isIn(0, 4);
        }
    }

    private static ManagedChannel open(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    private static ServingStatus health(ManagedChannel channel, int seconds) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(seconds, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder()
                        .setService(InferenceServiceGrpc.SERVICE_NAME)
                        .build())
                .getStatus();
    }

    /**
     * Lets clients come, one more after each that is answered, until one is refused. Those of the crowd that were being turned
     * away counted as open when the others were, so that some places may be free once they are gone.
     */
    private static Status firstRefusal(int port, List<ManagedChannel> late) {
        for (int i = 0; i < MOST_PLACES_LEFT; i++) {
            ManagedChannel next = open(port);
            late.add(next);
            try {
                assertThat(health(next, 60)).isEqualTo(ServingStatus.NOT_SERVING);
            } catch (StatusRuntimeException e) {
                return e.getStatus();
            }
        }
        throw new AssertionError(MOST_PLACES_LEFT + " more were answered");
    }

    private static boolean answers(ManagedChannel channel) {
        try {
            return health(channel, 10) == ServingStatus.NOT_SERVING;
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it does not come").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
