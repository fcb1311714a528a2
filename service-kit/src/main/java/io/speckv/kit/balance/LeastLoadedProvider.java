package io.speckv.kit.balance;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;

/**
 * Makes {@code least_loaded} a policy that a gRPC service config can name: each call goes to the member with the fewest
 * running calls of this channel, among those whose health says that they serve. gRPC finds it by itself.
 */
public final class LeastLoadedProvider extends LoadBalancerProvider {
    public static final String POLICY = "least_loaded";

    @Override
    public LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return PoolBalancer.overHealthy(helper, new LeastLoaded());
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
