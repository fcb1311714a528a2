package io.speckv.kit.balance;

import io.grpc.ConnectivityState;
import io.grpc.util.MultiChildLoadBalancer;
import java.util.ArrayList;
import java.util.List;

/** Connects to every member and hands calls to {@link LeastLoadedPicker}. Runs in the channel's own order of events. */
final class LeastLoadedBalancer extends MultiChildLoadBalancer {
    private final Helper helper;

    LeastLoadedBalancer(Helper helper) {
        super(helper);
        this.helper = helper;
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
        List<LeastLoadedPicker.Choice> ready = choices(ConnectivityState.READY);
        if (!ready.isEmpty()) {
            update(ConnectivityState.READY, new LeastLoadedPicker(ready));
        } else if (!choices(ConnectivityState.CONNECTING).isEmpty()
                || !choices(ConnectivityState.IDLE).isEmpty()) {
            update(ConnectivityState.CONNECTING, new FixedResultPicker(PickResult.withNoResult()));
        } else {
            update(
                    ConnectivityState.TRANSIENT_FAILURE,
                    new LeastLoadedPicker(choices(ConnectivityState.TRANSIENT_FAILURE)));
        }
    }

    private List<LeastLoadedPicker.Choice> choices(ConnectivityState state) {
        List<LeastLoadedPicker.Choice> choices = new ArrayList<>();
        for (ChildLbState child : getChildLbStates()) {
            if (child.getCurrentState() == state && child instanceof Member member) {
                choices.add(new LeastLoadedPicker.Choice(member.getCurrentPicker(), member.load));
            }
        }
        return choices;
    }

    private void update(ConnectivityState state, SubchannelPicker picker) {
        currentConnectivityState = state;
        helper.updateBalancingState(state, picker);
    }
}
