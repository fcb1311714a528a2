package io.speckv.kit.balance;

import io.grpc.LoadBalancer;
import io.grpc.LoadBalancerProvider;
import java.util.function.Supplier;

/** Makes a {@link MemberChoice} a policy that a gRPC service config can name, over the members whose health says that they serve. */
abstract class MemberChoiceProvider extends LoadBalancerProvider {
    private static final int USUAL_PRIORITY = 5;

    private final String policy;
    private final Supplier<MemberChoice> choice;

    MemberChoiceProvider(String policy, Supplier<MemberChoice> choice) {
        this.policy = policy;
        this.choice = choice;
    }

    @Override
    public final LoadBalancer newLoadBalancer(LoadBalancer.Helper helper) {
        return PoolBalancer.overHealthy(helper, choice.get());
    }

    @Override
    public final boolean isAvailable() {
        return true;
    }

    @Override
    public final int getPriority() {
        return USUAL_PRIORITY;
    }

    @Override
    public final String getPolicyName() {
        return policy;
    }
}
