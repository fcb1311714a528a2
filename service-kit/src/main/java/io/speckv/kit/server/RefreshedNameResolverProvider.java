package io.speckv.kit.server;

import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Replaces gRPC's own resolver of {@code dns:///host:port} and of bare names. gRPC finds this class by itself. */
public final class RefreshedNameResolverProvider extends NameResolverProvider {
    /** How often names are looked up again. */
    static final Duration EVERY = Duration.ofSeconds(5);

    private final String scheme;
    private final RefreshedNameResolver.Lookup lookup;
    private final Duration every;

    public RefreshedNameResolverProvider() {
        this("dns", host -> Arrays.asList(InetAddress.getAllByName(host)), EVERY);
    }

    RefreshedNameResolverProvider(String scheme, RefreshedNameResolver.Lookup lookup, Duration every) {
        this.scheme = scheme;
        this.lookup = lookup;
        this.every = every;
    }

    @Override
    public @Nullable NameResolver newNameResolver(URI name, NameResolver.Args args) {
        if (!scheme.equals(name.getScheme())) {
            return null;
        }
        String path = name.getPath();
        if (path == null || path.length() < 2) {
            throw new IllegalArgumentException("'" + name + "' is not " + scheme + ":///host:port");
        }
        String authority = path.substring(1);
        HostPort named = HostPort.parse(authority);
        int port = named.port().orElse(args.getDefaultPort());
        return new RefreshedNameResolver(
                InetSocketAddress.createUnresolved(named.host(), port),
                authority,
                args.getProxyDetector(),
                lookup,
                every);
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    /** Above the priority of gRPC's own resolver, which is 5. */
    @Override
    protected int priority() {
        return 6;
    }

    @Override
    public String getDefaultScheme() {
        return scheme;
    }
}
