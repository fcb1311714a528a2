package io.speckv.kit.server;

import io.grpc.Channel;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** An open channel to a service, with TLS, token, message limits and keepalive from its settings. Close it when done. */
public final class ServiceChannel implements AutoCloseable {
    private static final int RETRIED_CALLS_BUFFERED = 16;

    private final ManagedChannel managed;
    private final Channel channel;
    private final ReloadTimer reloads;
    private final String address;

    private ServiceChannel(ManagedChannel managed, Channel channel, ReloadTimer reloads, String address) {
        this.managed = managed;
        this.channel = channel;
        this.reloads = reloads;
        this.address = address;
    }

    /**
     * Opens a channel. Connections are made when they are first needed.
     *
     * @param serviceConfig gRPC service config (retry, balancing), numbers as doubles; empty balances round robin
     * @param interceptors outermost first
     */
    public static ServiceChannel open(
            ChannelSettings settings, Map<String, ?> serviceConfig, List<ClientInterceptor> interceptors) {
        ReloadTimer reloads = new ReloadTimer();
        ChannelCredentials credentials = InsecureChannelCredentials.create();
        if (settings.tls().enabled()) {
            TlsFiles files = new TlsFiles(settings.tls());
            reloads.every(settings.tls().reloadEvery(), files::reload);
            credentials = files.channelCredentials();
        }
        int maxMessage = settings.maxMessage().toIntExact();
        ManagedChannel managed = NettyChannelBuilder.forTarget(
                        ChannelTarget.parse(settings.target()).uri(), credentials)
                .maxInboundMessageSize(maxMessage)
                .perRpcBufferLimit(maxMessage)
                .retryBufferSize((long) maxMessage * RETRIED_CALLS_BUFFERED)
                .enableRetry()
                .defaultLoadBalancingPolicy("round_robin")
                .defaultServiceConfig(serviceConfig)
                .disableServiceConfigLookUp()
                .keepAliveTime(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .build();
        List<ClientInterceptor> all = new ArrayList<>(interceptors);
        if (settings.tokenFile() != null) {
            all.add(new TokenFromFile(settings.tokenFile()));
        }
        return new ServiceChannel(
                managed, ClientInterceptors.interceptForward(managed, all), reloads, settings.target());
    }

    /** Returns the channel for stubs. */
    public Channel channel() {
        return channel;
    }

    /** Returns what the settings call the service, such as {@code localhost:9002}. */
    public String address() {
        return address;
    }

    /** Returns the state of the pool: READY if a member can be called now, or else another state. */
    public ConnectivityState state() {
        return managed.getState(true);
    }

    /** Runs {@code action} whenever {@link #state} changes, until this is closed. */
    public void onStateChange(Runnable action) {
        ConnectivityState now = managed.getState(true);
        managed.notifyWhenStateChanged(now, () -> {
            if (!managed.isShutdown()) {
                onStateChange(action);
                action.run();
            }
        });
    }

    /**
     * Connects again at once. gRPC itself waits up to two minutes after some failures, even if the peer is back long before.
     */
    public void reconnect() {
        managed.resetConnectBackoff();
    }

    @Override
    public void close() {
        managed.shutdownNow();
        reloads.close();
    }
}
