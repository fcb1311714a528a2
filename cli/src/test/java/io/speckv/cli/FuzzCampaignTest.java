package io.speckv.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.draft.DraftMain;
import io.speckv.engine.GoldenRun;
import io.speckv.http.RandomBody;
import io.speckv.kit.fuzz.FuzzedService;
import io.speckv.proto.v1.DraftServiceGrpc;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.TargetServiceGrpc;
import io.speckv.router.RouterMain;
import io.speckv.target.TargetMain;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes that are sent what nobody would send on purpose: HTTP bodies, and gRPC messages to each of them. None
 * ends, each answer is documented, and memory is back to within 10% of what it was after a first such campaign, which
 * compiled, loaded and pooled what stays. For longer: {@code -Dfuzz.seconds=3600 -Dfuzz.seed=N}; {@code
 * -Dspeckv.figures=true} prints the memory.
 */
class FuzzCampaignTest {
    private static final GoldenRun RUN = GoldenRun.all().get(0);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 20));
    private static final long SEED = Long.getLong("fuzz.seed", 22);
    /** The processes look for garbage this often while little is asked of them: more often than images, for the test's sake. */
    private static final Duration COLLECTS_EVERY = Duration.ofSeconds(3);

    private static final Duration SETTLED = COLLECTS_EVERY.multipliedBy(4);

    private static final Duration LONGEST = Duration.ofMinutes(1);

    @TempDir
    Path folder;

    private final List<ServiceProcess> processes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    @AfterEach
    void stop() throws InterruptedException {
        for (ManagedChannel channel : channels) {
            channel.shutdownNow();
        }
        for (ServiceProcess process : processes) {
            process.kill();
        }
    }

    @Test
    void noProcessEndsAndMemoryComesBack() throws Exception {
        ServiceProcess draft = started(
                DraftMain.class, "--model.folder=" + RUN.draft(), "--model.dtype=fp32", "--limits.prompt-tokens=2000");
        ServiceProcess target = started(
                TargetMain.class,
                "--model.folder=" + RUN.target(),
                "--model.dtype=fp32",
                "--slots.small.count=2",
                "--slots.small.tokens=512",
                "--slots.large.count=1",
                "--slots.large.tokens=2048");
        ServiceProcess router = started(
                RouterMain.class,
                "--tokenizer.target=" + RUN.target(),
                "--draft.channel.target=localhost:" + draft.port(),
                "--target.channel.target=localhost:" + target.port(),
                "--describe-every=200ms",
                "--http.port=0");
        awaitReady(router);

        Campaign campaign = new Campaign(draft, target, router);
        campaign.run(SEED + 1);
        List<Watched> watched = List.of(
                Watched.since("draft", draft), Watched.since("target", target), Watched.since("router", router));
        campaign.run(SEED);

        for (Watched process : watched) {
            process.assertGivesMemoryBack();
        }
        for (ServiceProcess process : List.of(router, target, draft)) {
            assertThat(process.terminate()).as("exit status").isZero();
        }
    }

    /** A process and the MiB that it held at first. */
    private record Watched(String name, ResidentMemory memory, long before) {
        static Watched since(String name, ServiceProcess process) throws IOException, InterruptedException {
            ResidentMemory memory = new ResidentMemory(process.pid());
            return new Watched(name, memory, memory.settledMib(SETTLED));
        }

        void assertGivesMemoryBack() throws IOException, InterruptedException {
            long enough = before + before / 10;
            long most = memory.mostMib();
            long after = memory.awaitAtMostMib(enough);
            memory.close();
            if (Boolean.getBoolean("speckv.figures")) {
                System.out.printf("%s: resident %d MiB before, %d at most, %d afterwards%n", name, before, most, after);
            }
            assertThat(after).as("MiB of the %s that stay, of %d", name, before).isLessThanOrEqualTo(enough);
        }
    }

    private final class Campaign {
        private final URI origin;
        private final Map<ManagedChannel, ServiceDescriptor> services;

        Campaign(ServiceProcess draft, ServiceProcess target, ServiceProcess router)
                throws IOException, InterruptedException {
            origin = URI.create("http://localhost:" + router.httpPort());
            services = Map.of(
                    open(draft), DraftServiceGrpc.getServiceDescriptor(),
                    open(target), TargetServiceGrpc.getServiceDescriptor(),
                    open(router), InferenceServiceGrpc.getServiceDescriptor());
        }

        void run(long seed) throws IOException, InterruptedException {
            List<FuzzedService> fuzzed = new ArrayList<>();
            services.forEach((channel, service) -> fuzzed.add(new FuzzedService(channel, service, seed)));
            RandomBody bodies = new RandomBody(new Random(seed));
            long end = System.nanoTime() + TIME.toNanos();
            for (int turn = 0; System.nanoTime() < end; turn++) {
                for (FuzzedService service : fuzzed) {
                    service.sendMessage();
                    service.sendBytes();
                }
                sendBody(bodies.path(), bodies.body(), "seed " + seed + ", body " + turn);
            }
        }

        private void sendBody(String path, String body, String what) throws IOException, InterruptedException {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(origin + path))
                            .header("Content-Type", "application/json")
                            .timeout(LONGEST)
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode())
                    .as("%s, %s %s: %s", what, path, body, answer.body())
                    .isIn(RandomBody.STATUSES);
            assertThat(answer.body()).as(what).doesNotContain("java.lang", "Exception", "internal error");
        }
    }

    private void awaitReady(ServiceProcess router) throws IOException, InterruptedException {
        URI health = URI.create("http://localhost:" + router.httpPort() + "/health");
        long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (http.send(HttpRequest.newBuilder(health).build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                != 200) {
            assertThat(System.nanoTime()).as("the router is not ready").isLessThan(end);
            Thread.sleep(100);
        }
    }

    private ManagedChannel open(ServiceProcess process) throws IOException, InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", process.port())
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private ServiceProcess started(Class<?> main, String... flags) throws IOException {
        String options = ServiceProcess.memoryOptionsOfImage("router") + " -XX:G1PeriodicGCInterval="
                + COLLECTS_EVERY.toMillis();
        ServiceProcess process =
                ServiceProcess.startBy(List.of("env", "JDK_JAVA_OPTIONS=" + options), main, folder, flags);
        processes.add(process);
        return process;
    }
}
