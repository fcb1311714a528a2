package io.speckv.kit.balance;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer;
import io.grpc.protobuf.services.HealthCheckingLoadBalancerUtil;
import io.grpc.util.MultiChildLoadBalancer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Connects to every member of a pool and hands calls to {@link MemberPicker}. If all members say that they do not serve,
 * calls go to those that served before. A member that is about to stop still takes calls for a while, and its replacement
 * may not be known yet. Confined to the channel's synchronization context.
 */
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
                new ConnectionWatch(helper));
    }

    /** One member and its calls, which last longer than any picker. */
    private final class Member extends ChildLbState {
        private final MemberLoad load = new MemberLoad(helper.getScheduledExecutorService());
        private boolean served;
        private ConnectionWatch.Link link = new ConnectionWatch.Link();
        private @Nullable Subchannel connection;

        Member(Object key) {
            super(key, pickFirstLbProvider);
        }

        @Override
        protected ChildLbStateHelper createChildHelper() {
            return new ChildLbStateHelper() {
                @Override
                public Subchannel createSubchannel(CreateSubchannelArgs arguments) {
                    link = new ConnectionWatch.Link();
                    connection = super.createSubchannel(arguments.toBuilder()
                            .addOption(ConnectionWatch.LINK, link)
                            .build());
                    return connection;
                }

                @Override
                public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
                    served |= state == ConnectivityState.READY;
                    super.updateBalancingState(state, picker);
                    // Reconnect at once, not only when the next call needs the connection.
                    if (!resolvingAddresses && state == ConnectivityState.IDLE) {
                        getLb().requestConnection();
                    }
                }
            };
        }

        MemberPicker.Member by(SubchannelPicker connection) {
            return new MemberPicker.Member(getKey().toString(), connection, load);
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
            List<MemberPicker.Member> leaving = leaving();
            update(
                    ConnectivityState.TRANSIENT_FAILURE,
                    new MemberPicker(
                            choice, leaving.isEmpty() ? members(ConnectivityState.TRANSIENT_FAILURE) : leaving));
        }
    }

    private List<MemberPicker.Member> members(ConnectivityState state) {
        List<MemberPicker.Member> members = new ArrayList<>();
        for (ChildLbState child : getChildLbStates()) {
            if (child.getCurrentState() == state && child instanceof Member member) {
                members.add(member.by(member.getCurrentPicker()));
            }
        }
        return members;
    }

    /** Returns the connected members that served before their health changed. */
    private List<MemberPicker.Member> leaving() {
        List<MemberPicker.Member> members = new ArrayList<>();
        for (ChildLbState child : getChildLbStates()) {
            if (child instanceof Member member && member.served && member.link.isUp() && member.connection != null) {
                members.add(member.by(new FixedResultPicker(PickResult.withSubchannel(member.connection))));
            }
        }
        return members;
    }

    private void update(ConnectivityState state, SubchannelPicker picker) {
        currentConnectivityState = state;
        helper.updateBalancingState(state, picker);
    }
}
