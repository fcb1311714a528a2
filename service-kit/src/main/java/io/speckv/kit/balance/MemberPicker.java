package io.speckv.kit.balance;

import io.grpc.LoadBalancer.PickResult;
import io.grpc.LoadBalancer.PickSubchannelArgs;
import io.grpc.LoadBalancer.SubchannelPicker;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Picks the member that a {@link MemberChoice} names. Thread-safe. */
final class MemberPicker extends SubchannelPicker {
    private final MemberChoice choice;
    private final List<Member> members;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * A member's state when the picker was made.
     *
     * @param connection picks its connection, or tells why there is none
     */
    record Member(String name, SubchannelPicker connection, MemberLoad load) {
        private MemberChoice.Candidate now() {
            return new MemberChoice.Candidate(name, load.calls(), load.refused());
        }
    }

    /**
     * @param members at least one
     */
    MemberPicker(MemberChoice choice, List<Member> members) {
        this.choice = choice;
        this.members = List.copyOf(members);
    }

    @Override
    public PickResult pickSubchannel(PickSubchannelArgs call) {
        long prefix = call.getCallOptions().getOption(PrefixOption.PREFIX);
        List<MemberChoice.Candidate> now = members.stream().map(Member::now).toList();
        Member chosen = members.get(choice.choose(now, prefix, turn.getAndIncrement()));
        PickResult picked = chosen.connection.pickSubchannel(call);
        return picked.getSubchannel() == null
                ? picked
                : PickResult.withSubchannel(
                        picked.getSubchannel(), chosen.load.counting(picked.getStreamTracerFactory()));
    }
}
