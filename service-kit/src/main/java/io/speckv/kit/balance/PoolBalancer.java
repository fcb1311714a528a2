package io.speckv.kit.balance;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import io.grpc.util.MultiChildLoadBalancer;
import java.util.ArrayList;
import java.util.List;

/** Connects to every member of a pool and hands calls to {@link MemberPicker}. Runs in the channel's own order of events. */
final class PoolBalancer extends MultiChildLoadBalancer {
    private final Helper helper;
    private final MemberChoice choice;

    private PoolBalancer(Helper helper, MemberChoice choice) {
        super(helper);
        this.helper = helper;
        this.choice = choice;
    }

    /** Returns a balancer over the members whose health says that they serve. */
    static LoadBalancer overHealthy(Helper helper, MemberChoice choice) {
        return HealthCheckingLoadBalancerUtil.newHealthCheckingLoadBalancer(
                new LoadBalancer.Factory() {
                    @Override
                    public LoadBalancer newLoadBalancer(Helper checked) {
                        return new PoolBalancer(checked, choice);
                    }
                },
                helper);
    }

    /** One member and its calls, which outlive every picker. */
    private final class Member extends ChildLbState {
        private final MemberLoad load = new MemberLoad(helper.getScheduledExecutorService());

        Member(Object key) {
            super(key, pickFirstLbProvider);
        }

        @Override
        protected ChildLbStateHelper createChildHelper() {
            return new ChildLbStateHelper() {
                @Override
                public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
                    super.updateBalancingState(state, picker);
                    // Reconnect at once, not when the next call needs the connection.
                    if (!resolvingAddresses && state == ConnectivityState.IDLE) {
                        getLb().requestConnection();
                    }
                }
            };
        }
    }

    @Override
    protected ChildLbState createChildLbState(Object key) {
        return new Member(key);
    }

    @Override
    protected void updateOverallBalancingState() {
        List<MemberPicker.Member> ready = members(ConnectivityState.READY);
        if (!ready.isEmpty()) {
            update(ConnectivityState.READY, new MemberPicker(choice, ready));
        } else if (!members(ConnectivityState.CONNECTING).isEmpty()
                || !members(ConnectivityState.IDLE).isEmpty()) {
            update(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        } else {
            update(
                    ConnectivityState.TRANSIENT_FAILURE,
                    new MemberPicker(choice, members(ConnectivityState.TRANSIENT_FAILURE)));
        }
    }

    private List<MemberPicker.Member> members(ConnectivityState state) {
        List<MemberPicker.Member> members = new ArrayList<>();
        for (ChildLbState child : getChildLbStates()) {
            if (child.getCurrentState() == state && child instanceof Member member) {
                members.add(
                        new MemberPicker.Member(member.getKey().toString(), member.getCurrentPicker(), member.load));
            }
        }
        return members;
    }

    private void update(ConnectivityState state, SubchannelPicker picker) {
        currentConnectivityState = state;
        helper.updateBalancingState(state, picker);
    }
}
