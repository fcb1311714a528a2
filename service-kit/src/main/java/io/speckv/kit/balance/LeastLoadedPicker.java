package io.speckv.kit.balance;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Picks the member with the least load; equal ones take turns. Thread-safe. */
final class LeastLoadedPicker extends SubchannelPicker {
    private final List<Choice> choices;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * A member as it was when the picker was made.
     *
     * @param connection picks its connection, or says why there is none
     */
    record Choice(SubchannelPicker connection, MemberLoad load) {}

    /**
     * @param choices at least one
     */
    LeastLoadedPicker(List<Choice> choices) {
        this.choices = List.copyOf(choices);
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs call) {
        Choice least = leastLoaded();
        PickResult picked = least.connection.pickSubchannel(call);
        return picked.getSubchannel() == null
                ? picked
                : PickResult.withSubchannel(
                        picked.getSubchannel(), least.load.counting(picked.getStreamTracerFactory()));
    }

    private Choice leastLoaded() {
        int first = Math.floorMod(turn.getAndIncrement(), choices.size());
        Choice least = choices.get(first);
        for (int i = 1; i < choices.size(); i++) {
            Choice other = choices.get((first + i) % choices.size());
            if (other.load.calls() < least.load.calls()) {
                least = other;
            }
        }
        return least;
    }
}
