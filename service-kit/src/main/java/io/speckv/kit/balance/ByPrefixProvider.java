package io.speckv.kit.balance;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;

/**
 * Makes {@code by_prefix} a policy that a gRPC service config can name: calls whose content begins alike ({@link PrefixOption})
 * go to the same member as long as that one serves and is not overloaded. gRPC finds it by itself.
 */
public final class ByPrefixProvider extends LoadBalancerProvider {
    public static final String POLICY = "by_prefix";

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return PoolBalancer.overHealthy(helper, new ByPrefix());
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public int getPriority() {
        return 5;
    }

    @Override
    public String getPolicyName() {
        return POLICY;
    }
}
