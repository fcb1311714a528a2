package io.speckv.router.pool;

import io.grpc.ClientInterceptor;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.router.settings.RoutedModelSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the channel to a pool. gRPC itself balances the load, skips members whose health says so, and retries. */
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
     * Returns the pool's service config, in the form that gRPC reads.
     *
     * <p>A call is retried until its first answer, which a target sends with its first token. A server that cuts its calls when
     * it stops resets their streams, which reads as CANCELLED; calls that the router cancels are not retried. INTERNAL before
     * the first token means a broken member, and another member may work. Retries stop while more than one call in ten fails,
     * so that a pool that is down does not get three calls for each request.
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
