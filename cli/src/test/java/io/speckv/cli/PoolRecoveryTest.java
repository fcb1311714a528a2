package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
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
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A pool of real processes that goes and comes back, or grows. {@code -Dspeckv.figures=true} prints how long each took, {@code
 * -Dspeckv.figures.outage=90} sets the seconds of the outage.
 */
@Isolated // figures of time
class PoolRecoveryTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    private static final Pattern SERVING = Pattern.compile(" serving ");
    private static final Pattern GENERATED = Pattern.compile(" generated ");
    private static final int OUTAGE_SECONDS = Integer.getInteger("speckv.figures.outage", 3);

    @TempDir
    Path folder;

    private final List<ServiceProcess> processes = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (ServiceProcess process : processes) {
            process.kill();
        }
    }

    private ServiceProcess target(String address, int port) throws IOException {
        return started(ServiceProcess.start(
                TargetMain.class,
                folder,
                "--server.address=" + address,
                "--server.port=" + port,
                "--model.folder=" + RUN.target(),
                "--model.dtype=fp32",
                "--slots.small.count=1",
                "--slots.small.tokens=256",
                "--slots.large.count=1",
                "--slots.large.tokens=512"));
    }

    private ServiceProcess router(List<String> wrapper, String target) throws IOException {
        return started(ServiceProcess.startBy(
                wrapper,
                RouterMain.class,
                folder,
                "--tokenizer.target=" + RUN.target(),
                "--drafting.enabled=false",
                "--target.channel.allow-plaintext=true",
                "--target.channel.target=" + target));
    }

    private ServiceProcess started(ServiceProcess process) {
        processes.add(process);
        return process;
    }

    @Test
    void aTargetThatIsBackGetsCallsAtOnce() throws Exception {
        int port = freePort();
        ServiceProcess target = target("127.0.0.1", port);
        target.awaitLine(SERVING);
        try (Caller caller = new Caller(router(List.of(), "localhost:" + port).port())) {
            caller.awaitAnswer();
            target.kill();
            caller.awaitRefusal();
            Thread.sleep(Duration.ofSeconds(OUTAGE_SECONDS).toMillis());

            target("127.0.0.1", port).awaitLine(SERVING);
            long served = System.nanoTime();
            caller.awaitAnswer();
            double seconds = (System.nanoTime() - served) / 1e9;
            say("served again %.2f s after the target was, which was gone for %d s".formatted(seconds, OUTAGE_SECONDS));
            assertThat(seconds).as("seconds until it is served").isLessThan(10);
        }
    }

    /** By the names that the system resolves, as pods see them: the router has an {@code /etc/hosts} of its own. */
    @Test
    void aSecondAddressOfANameGetsCalls() throws Exception {
        Path hosts = Files.writeString(folder.resolve("hosts"), "127.0.0.1 localhost\n127.0.0.1 pool.test\n");
        List<String> ownHosts =
                List.of("unshare", "-rm", "bash", "-c", "mount --bind " + hosts + " /etc/hosts && exec \"$0\" \"$@\"");
        assumeTrue(succeeds(ownHosts, "true"), "needs user namespaces (unshare -rm)");
        int port = freePort();
        target("127.0.0.1", port).awaitLine(SERVING);
        ServiceProcess second = target("127.0.0.2", port);
        second.awaitLine(SERVING);
        try (Caller caller =
                new Caller(router(ownHosts, "dns:///pool.test:" + port).port())) {
            caller.awaitAnswer();
            long known = System.nanoTime();
            Files.writeString(hosts, "127.0.0.1 localhost\n127.0.0.1 pool.test\n127.0.0.2 pool.test\n");
            Thread asking = new Thread(caller::askOn, "asks");
            asking.start();
            second.awaitLine(GENERATED);
            double seconds = (System.nanoTime() - known) / 1e9;
            caller.stopAsking = true;
            asking.join();
            say("a second address got its first call %.2f s after the name had it".formatted(seconds));
            assertThat(seconds).as("seconds until it gets a call").isLessThan(15);
        }
    }

    private static boolean succeeds(List<String> wrapper, String command) throws InterruptedException {
        List<String> all = new ArrayList<>(wrapper);
        all.add(command);
        try {
            return new ProcessBuilder(all).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void say(String figure) {
        if (Boolean.getBoolean("speckv.figures")) {
            System.out.println(figure);
        }
    }

    /** A client that asks for two tokens. */
    private static final class Caller implements AutoCloseable {
        private final ManagedChannel channel;
        volatile boolean stopAsking;

        Caller(int port) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                    .usePlaintext()
                    .build();
        }

        private boolean isAnswered() {
            try {
                return InferenceServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(30, TimeUnit.SECONDS)
                        .generateOnce(GenerateOnceRequest.newBuilder()
                                .setRequest(GenerateRequest.newBuilder()
                                        .setPrompt(Prompt.newBuilder().setText("one two"))
                                        .setMethod(Method.newBuilder().setName("full"))
                                        .setSampling(SamplingSettings.newBuilder()
                                                .setMaxNewTokens(2)
                                                .setIgnoreEos(true)))
                                .build())
                        .hasFinished();
            } catch (StatusRuntimeException e) {
                return false;
            }
        }

        void awaitAnswer() throws InterruptedException {
            await(true);
        }

        void awaitRefusal() throws InterruptedException {
            await(false);
        }

        private void await(boolean answered) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            while (isAnswered() != answered) {
                assertThat(System.nanoTime()).as("it does not come").isLessThan(end);
                Thread.sleep(20);
            }
        }

        void askOn() {
            while (!stopAsking) {
                isAnswered();
            }
        }

        @Override
        public void close() {
            stopAsking = true;
            channel.shutdownNow();
        }
    }
}
