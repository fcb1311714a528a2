package io.speckv.kit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverRegistry;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.speckv.kit.LoopbackServer;
import io.speckv.kit.settings.ByteSize;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChannelTargetTest {
    private static final NameResolver.Args GRPC = NameResolver.Args.newBuilder()
            .setDefaultPort(443)
            .setProxyDetector(address -> null)
            .setSynchronizationContext(new SynchronizationContext((thread, failure) -> {
                throw new AssertionError(failure);
            }))
            .setServiceConfigParser(new NameResolver.ServiceConfigParser() {
                @Override
                public NameResolver.ConfigOrError parseServiceConfig(java.util.Map<String, ?> raw) {
                    return NameResolver.ConfigOrError.fromError(Status.UNIMPLEMENTED);
                }
            })
            .build();

    /** Returns the addresses that gRPC gets for a target. */
    private static List<InetSocketAddress> resolved(String target) throws Exception {
        URI name = URI.create(ChannelTarget.parse(target).uri());
        NameResolver resolver = Objects.requireNonNull(
                        NameResolverRegistry.getDefaultRegistry().getProviderForScheme(name.getScheme()))
                .newNameResolver(name, GRPC);
        CompletableFuture<List<EquivalentAddressGroup>> found = new CompletableFuture<>();
        Objects.requireNonNull(resolver).start(new NameResolver.Listener2() {
            @Override
            public void onResult(NameResolver.ResolutionResult result) {
                found.complete(result.getAddressesOrError().getValue());
            }

            @Override
            public void onError(Status error) {
                found.completeExceptionally(error.asException());
            }
        });
        try {
            return found.get(20, TimeUnit.SECONDS).stream()
                    .map(group -> (InetSocketAddress) group.getAddresses().get(0))
                    .toList();
        } finally {
            resolver.shutdown();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1:9000 | /127.0.0.1:9000",
                "dns:///127.0.0.1:9000 | /127.0.0.1:9000",
                "127.0.0.1 | /127.0.0.1:443",
                "dns:///127.0.0.1 | /127.0.0.1:443",
                "[::1]:9000 | /[0:0:0:0:0:0:0:1]:9000",
                "dns:///[::1]:9000 | /[0:0:0:0:0:0:0:1]:9000",
                "dns:///[::1] | /[0:0:0:0:0:0:0:1]:443",
                "list:///10.0.0.1:1 | /10.0.0.1:1",
                "list:///10.0.0.1:1,10.0.0.2:65535 | /10.0.0.1:1 /10.0.0.2:65535",
                "list:///[::1]:1,[fe80::1]:2,10.0.0.3:3"
                        + " | /[0:0:0:0:0:0:0:1]:1 /[fe80:0:0:0:0:0:0:1]:2 /10.0.0.3:3",
            })
    void aTargetIsItsAddresses(String target, String addresses) throws Exception {
        assertThat(resolved(target))
                .extracting(address -> address.toString().replaceFirst("^[^/]*", ""))
                .containsExactly(addresses.split(" ", -1));
    }

    /** Hosts of these names would be schemes if gRPC read them. */
    @ParameterizedTest
    @ValueSource(
            strings = {"dns:9000", "list:9000", "http:80", "my_target:9002", "my_target", "target-1.models.svc:9002"})
    void aHostMayBeNamedAsItLikes(String target) {
        ChannelTarget named = ChannelTarget.parse(target);

        assertThat(named.scheme()).isEqualTo("dns");
        assertThat(named.members()).extracting(HostPort::toString).containsExactly(target);
        assertThat(Objects.requireNonNull(
                                new RefreshedNameResolverProvider().newNameResolver(URI.create(named.uri()), GRPC))
                        .getServiceAuthority())
                .isEqualTo(target);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | '' is not host:port",
                "` localhost:9000` | ' localhost:9000' is not host:port",
                "localhost: | 'localhost:' is not host:port",
                ":9000 | ':9000' is not host:port",
                "localhost:port | 'localhost:port' is not host:port",
                "localhost:0 | the port of 'localhost:0' must be 1 to 65535",
                "localhost:65536 | the port of 'localhost:65536' must be 1 to 65535",
                "localhost:900000 | 'localhost:900000' is not host:port",
                "::1:9000 | '::1:9000' is not host:port",
                "[::1 | '[::1' is not host:port",
                "[]:9000 | '[]:9000' is not host:port",
                "localhost:9000/ | 'localhost:9000/' is not host:port",
                "user@localhost:9000 | 'user@localhost:9000' is not host:port",
                "http://localhost:8080 | 'http://localhost:8080' is not host:port",
                "http:///localhost:8080 | 'http' is no scheme of names",
                "ipv4:10.0.0.1:9000 | 'ipv4:10.0.0.1:9000' is not host:port",
                "dns:localhost:9000 | 'dns:localhost:9000' is not host:port",
                "dns://8.8.8.8/localhost:9000 | 'dns://8.8.8.8/localhost:9000' is not host:port",
                "dns:/// | '' is not host:port",
                "dns:///a:1,b:2 | 'a:1,b:2' is not host:port",
                "list:/// | '' is not host:port",
                "list:///a:1, | '' is not host:port",
                "list:///a:1,,b:2 | '' is not host:port",
                "list:///a:1, b:2 | ' b:2' is not host:port",
                "list:///a:1,b | each address of a list has its port",
                "LIST:///a:1 | 'LIST:///a:1' is not host:port",
            })
    void whatNamesNoServiceIsRefusedWithWhatWould(String target, String why) {
        assertThatThrownBy(() -> ChannelTarget.parse(target))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("target is '" + target + "': " + why
                        + "; it must be host:port, dns:///host:port or list:///host:port,host:port");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:9000",
                "LocalHost:9000",
                "127.0.0.1:9000",
                "127.1.2.3:9000",
                "[::1]:9000",
                "[0:0:0:0:0:0:0:1]:9000",
                "dns:///localhost:9000",
                "dns:///[::1]:9000",
                "list:///localhost:1,[::1]:2,127.0.0.1:3"
            })
    void plaintextStaysOnThisMachine(String target) {
        assertThat(ChannelTarget.parse(target).isThisMachine()).isTrue();
        assertThat(settings(target).target()).isEqualTo(target);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.example:9000",
                "127.0.0.999:9000",
                "127.1.2.3.4:9000",
                "127.1:9000",
                "127.0.0.1.example:9000",
                "localhost.example:9000",
                "dns:///127.example:9000",
                "0.0.0.0:9000",
                "[::]:9000",
                "[fe80::1]:9000",
                "10.0.0.1:9000",
                "list:///localhost:1,10.0.0.1:2"
            })
    void plaintextToTheNetworkIsRefused(String target) {
        assertThat(ChannelTarget.parse(target).isThisMachine()).isFalse();
        assertThatThrownBy(() -> settings(target))
                .hasMessage("plaintext to " + target
                        + " would be open to the network: enable tls, or set allow-plaintext to true");
    }

    @Test
    void theResolversOfDnsAndListsAreOurs() {
        NameResolverRegistry grpc = NameResolverRegistry.getDefaultRegistry();
        assertThat(grpc.getProviderForScheme("dns")).isInstanceOf(RefreshedNameResolverProvider.class);
        assertThat(grpc.getProviderForScheme("list")).isInstanceOf(AddressListResolverProvider.class);
    }

    private static ChannelSettings settings(String target) {
        return new ChannelSettings(
                target,
                false,
                LoopbackServer.NO_TLS,
                null,
                new ByteSize(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(20));
    }
}
