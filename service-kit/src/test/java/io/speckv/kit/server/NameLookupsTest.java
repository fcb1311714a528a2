package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.EquivalentAddressGroup;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.NameResolver;
import io.grpc.ProxiedSocketAddress;
import io.grpc.ProxyDetector;
import io.grpc.Status;
import io.grpc.StatusOr;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What gRPC is told by {@link RefreshedNameResolver}, look-up by look-up: each takes the next answer of a script, and one that was
 * asked for by gRPC is told in any case.
 */
class NameLookupsTest {
    private static final Duration NEVER = Duration.ofDays(1);

    private final BlockingQueue<List<String>> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<StatusOr<List<EquivalentAddressGroup>>> told = new LinkedBlockingQueue<>();
    private @Nullable RefreshedNameResolver resolver;

    @AfterEach
    void shutDown() {
        if (resolver != null) {
            resolver.shutdown();
        }
    }

    private List<InetAddress> lookUp(String host) throws UnknownHostException {
        List<String> answer = answers.poll();
        if (answer == null || answer.isEmpty()) {
            throw new UnknownHostException(host);
        }
        List<InetAddress> found = new ArrayList<>();
        for (String address : answer) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    private RefreshedNameResolver start(ProxyDetector proxies, Duration every) {
        RefreshedNameResolver started = new RefreshedNameResolver(
                InetSocketAddress.createUnresolved("pool.test", 9002), "pool.test:9002", proxies, this::lookUp, every);
        resolver = started;
        started.start(new NameResolver.Listener2() {
            @Override
            public void onResult(NameResolver.ResolutionResult result) {
                told.add(result.getAddressesOrError());
            }

            @Override
            public void onError(Status error) {
                told.add(StatusOr.fromStatus(error));
            }
        });
        return started;
    }

    private RefreshedNameResolver start(Duration every, List<String> first) {
        answers.add(first);
        return start(address -> null, every);
    }

    private StatusOr<List<EquivalentAddressGroup>> news() throws InterruptedException {
        StatusOr<List<EquivalentAddressGroup>> news = told.poll(60, TimeUnit.SECONDS);
        if (news == null) {
            throw new AssertionError("nothing is told");
        }
        return news;
    }

    private List<String> addresses() throws InterruptedException {
        return news().getValue().stream()
                .map(group -> group.getAddresses().get(0).toString())
                .toList();
    }

    @Test
    void aNameIsItsAddressesEachWithThePort() throws Exception {
        RefreshedNameResolver resolver = start(NEVER, List.of("10.0.0.1", "10.0.0.2"));

        assertThat(addresses()).containsExactly("/10.0.0.1:9002", "/10.0.0.2:9002");
        assertThat(resolver.getServiceAuthority()).isEqualTo("pool.test:9002");
    }

    @Test
    void aNameThatCannotBeLookedUpIsToldByItself() throws Exception {
        var unused = start(NEVER, List.of());
        Status status = news().getStatus();

        assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(status.getDescription()).isEqualTo("cannot look up host pool.test");
    }

    /** Each look-up empties the script by one answer; only the last of these is news. */
    @Test
    void neitherAnotherOrderNorAFailureIsNews() throws Exception {
        answers.add(List.of("10.0.0.1", "10.0.0.2"));
        answers.add(List.of("10.0.0.2", "10.0.0.1"));
        answers.add(List.of());
        answers.add(List.of("10.0.0.2", "10.0.0.1"));
        answers.add(List.of("10.0.0.3"));
        var unused = start(address -> null, Duration.ofMillis(1));

        assertThat(addresses()).containsExactly("/10.0.0.1:9002", "/10.0.0.2:9002");
        assertThat(addresses()).containsExactly("/10.0.0.3:9002");
    }

    @Test
    void whatGrpcAsksForIsToldThoughItIsTheSame() throws Exception {
        RefreshedNameResolver resolver = start(NEVER, List.of("10.0.0.1"));
        assertThat(addresses()).containsExactly("/10.0.0.1:9002");

        answers.add(List.of("10.0.0.1"));
        resolver.refresh();
        assertThat(addresses()).containsExactly("/10.0.0.1:9002");
    }

    @Test
    void behindAProxyTheNameIsTheProxysToLookUp() throws Exception {
        ProxiedSocketAddress proxied = HttpConnectProxiedSocketAddress.newBuilder()
                .setProxyAddress(new InetSocketAddress(InetAddress.getByName("10.9.9.9"), 3128))
                .setTargetAddress(InetSocketAddress.createUnresolved("pool.test", 9002))
                .build();
        var unused = start(address -> proxied, NEVER);

        assertThat(news().getValue())
                .singleElement()
                .satisfies(group -> assertThat(group.getAddresses()).containsExactly(proxied));
    }

    @Test
    void afterTheEndNothingIsLookedUp() throws Exception {
        RefreshedNameResolver resolver = start(NEVER, List.of("10.0.0.1"));
        assertThat(addresses()).hasSize(1);
        resolver.shutdown();
        answers.add(List.of("10.0.0.2"));
        resolver.refresh();

        assertThat(answers).hasSize(1);
        assertThat(told).isEmpty();
    }
}
