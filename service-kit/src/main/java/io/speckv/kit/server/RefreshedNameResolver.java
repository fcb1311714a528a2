package io.speckv.kit.server;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.ProxyDetector;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.speckv.kit.stream.DaemonTimer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks a host name up at regular intervals, so that a pool's new members get calls soon and old ones leave soon. gRPC's own
 * resolver looks names up only when a connection ends. Known addresses stay while the name cannot be looked up.
 */
final class RefreshedNameResolver extends NameResolver {
    private final InetSocketAddress name;
    private final String authority;
    private final ProxyDetector proxies;
    private final Lookup lookup;
    private final Duration every;
    private final ScheduledExecutorService timer = DaemonTimer.start("speckv-names");
    private List<SocketAddress> known = List.of();
    private volatile @Nullable Listener2 listener;

    /** Looks up the addresses of a name. */
    interface Lookup {
        /**
         * Returns the name's current addresses.
         *
         * @throws UnknownHostException if the name has none
         */
        List<InetAddress> of(String host) throws UnknownHostException;
    }

    /**
     * @param name host and port, unresolved
     * @param authority name that the peer's certificate must have
     */
    RefreshedNameResolver(
            InetSocketAddress name, String authority, ProxyDetector proxies, Lookup lookup, Duration every) {
        this.name = name;
        this.authority = authority;
        this.proxies = proxies;
        this.lookup = lookup;
        this.every = every;
    }

    @Override
    public String getServiceAuthority() {
        return authority;
    }

    @Override
    public void start(Listener2 news) {
        listener = news;
        long period = every.toMillis();
        var unused = timer.scheduleWithFixedDelay(() -> look(false), 0, period, TimeUnit.MILLISECONDS);
    }

    /** gRPC calls this when a connection ends or cannot be made. */
    @Override
    public void refresh() {
        if (!timer.isShutdown()) {
            timer.execute(() -> look(true));
        }
    }

    private void look(boolean tellAnyway) {
        try {
            List<SocketAddress> found = addresses();
            // Name servers answer in a different order each time, which is no change.
            if (tellAnyway || !new HashSet<>(found).equals(new HashSet<>(known))) {
                known = found;
                tell(StatusOr.fromValue(
                        found.stream().map(EquivalentAddressGroup::new).toList()));
            }
        } catch (IOException e) {
            if (known.isEmpty()) {
                tell(StatusOr.fromStatus(
                        Status.UNAVAILABLE.withDescription("cannot look up host " + name.getHostString())));
            }
        }
    }

    private List<SocketAddress> addresses() throws IOException {
        SocketAddress proxied = proxies.proxyFor(name);
        if (proxied != null) {
            return List.of(proxied);
        }
        List<SocketAddress> found = new ArrayList<>();
        for (InetAddress address : lookup.of(name.getHostString())) {
            found.add(new InetSocketAddress(address, name.getPort()));
        }
        return found;
    }

    private void tell(StatusOr<List<EquivalentAddressGroup>> news) {
        Listener2 told = listener;
        if (told != null && !timer.isShutdown()) {
            told.onResult(
                    ResolutionResult.newBuilder().setAddressesOrError(news).build());
        }
    }

    @Override
    public void shutdown() {
        timer.shutdownNow();
    }
}
