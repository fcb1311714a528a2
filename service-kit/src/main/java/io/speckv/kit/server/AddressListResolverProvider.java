package io.speckv.kit.server;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code list:///host:port,host:port} a gRPC name, for fixed pools without a DNS name. gRPC finds this class by
 * itself.
 */
public final class AddressListResolverProvider extends NameResolverProvider {
    static final String SCHEME = "list";

    @Override
    public @Nullable NameResolver newNameResolver(URI name, NameResolver.Args args) {
        if (!SCHEME.equals(name.getScheme())) {
            return null;
        }
        List<InetSocketAddress> addresses = Arrays.stream(
                        name.getPath().substring(1).split(",", -1))
                .map(HostPort::parse)
                .map(member -> InetSocketAddress.createUnresolved(
                        member.host(), member.port().orElseThrow()))
                .toList();
        return new AddressListResolver(addresses);
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }

    @Override
    public String getDefaultScheme() {
        return SCHEME;
    }
}
