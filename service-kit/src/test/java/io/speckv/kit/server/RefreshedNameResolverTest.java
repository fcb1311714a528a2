package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.NameResolverRegistry;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.ScriptedInference;
import io.speckv.kit.settings.ByteSize;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A name means the addresses that it has now: new members of a pool get calls, gone ones none, without a lost connection. */
class RefreshedNameResolverTest {
    private static final Duration EVERY = Duration.ofMillis(200);

    private volatile List<String> addresses = List.of("127.0.0.1");
    private volatile boolean knowsNothing;
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();
    private final RefreshedNameResolverProvider provider =
            new RefreshedNameResolverProvider("told", this::lookup, EVERY);

    private List<InetAddress> lookup(String host) throws UnknownHostException {
        if (knowsNothing || !host.equals("pool.test")) {
            throw new UnknownHostException(host);
        }
        List<InetAddress> found = new java.util.ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    @BeforeEach
    void register() {
        NameResolverRegistry.getDefaultRegistry().register(provider);
    }

    @AfterEach
    void deregister() {
        NameResolverRegistry.getDefaultRegistry().deregister(provider);
    }

    private static ScriptedInference counting(AtomicInteger calls) {
        return new ScriptedInference(observer -> {
            calls.incrementAndGet();
            observer.onNext(GenerateResponse.getDefaultInstance());
            observer.onCompleted();
        });
    }

    private static ServiceChannel open(int port) {
        return ServiceChannel.open(
                new ChannelSettings(
                        "told:///pool.test:" + port,
                        true,
                        LoopbackServer.NO_TLS,
                        null,
                        ByteSize.parse("1MiB"),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(20)),
                Map.of("loadBalancingConfig", List.of(Map.of("least_loaded", Map.of()))),
                List.of());
    }

    private static void call(ServiceChannel channel) {
        InferenceServiceGrpc.newBlockingStub(channel.channel())
                .withDeadlineAfter(10, TimeUnit.SECONDS)
                .generate(GenerateRequest.getDefaultInstance())
                .forEachRemaining(message -> {});
    }

    private static void callUntil(ServiceChannel channel, BooleanSupplier done) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!done.getAsBoolean()) {
            assertThat(System.nanoTime()).as("still not after 10 s").isLessThan(end);
            call(channel);
            Thread.sleep(5);
        }
    }

    @Test
    void aSecondAddressGetsCallsAndARemovedOneNoMore() throws Exception {
        try (LoopbackServer one = LoopbackServer.serving(counting(first));
                LoopbackServer two = LoopbackServer.serving(
                        counting(second),
                        "--server.address=127.0.0.2",
                        "--server.port=" + one.process().port());
                ServiceChannel channel = open(one.process().port())) {
            callUntil(channel, () -> first.get() >= 5);
            assertThat(second).hasValue(0);

            addresses = List.of("127.0.0.1", "127.0.0.2");
            callUntil(channel, () -> second.get() >= 5);

            addresses = List.of("127.0.0.2");
            Thread.sleep(5 * EVERY.toMillis());
            int before = first.get();
            for (int i = 0; i < 20; i++) {
                call(channel);
            }
            assertThat(first).hasValue(before);
            assertThat(two.process().port()).isEqualTo(one.process().port());
        }
    }

    @Test
    void addressesStayWhileTheNameCannotBeLookedUp() throws Exception {
        try (LoopbackServer one = LoopbackServer.serving(counting(first));
                ServiceChannel channel = open(one.process().port())) {
            call(channel);
            knowsNothing = true;
            Thread.sleep(5 * EVERY.toMillis());
            call(channel);
            assertThat(first).hasValue(2);
        }
    }

    @Test
    void aNameThatAppearsLateIsFound() throws Exception {
        knowsNothing = true;
        try (LoopbackServer one = LoopbackServer.serving(counting(first));
                ServiceChannel channel = open(one.process().port())) {
            Thread known = new Thread(() -> {
                try {
                    Thread.sleep(3 * EVERY.toMillis());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                knowsNothing = false;
            });
            known.start();
            InferenceServiceGrpc.newBlockingStub(channel.channel())
                    .withWaitForReady()
                    .withDeadlineAfter(10, TimeUnit.SECONDS)
                    .generate(GenerateRequest.getDefaultInstance())
                    .forEachRemaining(message -> {});
            assertThat(first).hasValue(1);
        }
    }
}
