package io.speckv.router.pool;

import io.grpc.ClientInterceptor;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.router.settings.RoutedModelSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the channel to a pool: gRPC itself balances, leaves out members whose health says so, and retries. */
public final class PoolChannel {
    private PoolChannel() {}

    /**
     * Opens a channel that the caller closes.
     *
     * @param service full gRPC name, such as {@code speckv.v1.TargetService}
     */
    public static ServiceChannel open(
            RoutedModelSettings.Pool pool, String service, List<ClientInterceptor> interceptors) {
        return ServiceChannel.open(pool.channel(), serviceConfig(pool, service), interceptors);
    }

    /**
     * Returns the pool's service config, as gRPC reads it.
     *
     * <p>A call is retried until its first answer comes, which leaves a target with the first token. A server that cuts its
     * calls when it stops resets their streams, which reads as CANCELLED; calls that the router cancels are not retried.
     * INTERNAL before the first token is a member that is broken: another one may not be. While more calls fail than one in
     * ten, none is tried again: a pool that is down is not called three times for each request.
     */
    public static Map<String, ?> serviceConfig(RoutedModelSettings.Pool pool, String service) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("loadBalancingConfig", List.of(Map.of(pool.loadBalancing(), Map.of())));
        config.put("healthCheckConfig", Map.of("serviceName", service));
        if (pool.attempts() > 1) {
            Map<String, Object> retry = Map.of(
                    "maxAttempts",
                    (double) pool.attempts(),
                    "initialBackoff",
                    "0.05s",
                    "maxBackoff",
                    "1s",
                    "backoffMultiplier",
                    2.0,
                    "retryableStatusCodes",
                    List.of("UNAVAILABLE", "CANCELLED", "INTERNAL", "UNKNOWN"));
            config.put("retryThrottling", Map.of("maxTokens", 100.0, "tokenRatio", 0.1));
            config.put(
                    "methodConfig", List.of(Map.of("name", List.of(Map.of("service", service)), "retryPolicy", retry)));
        }
        return config;
    }
}
