package io.speckv.kit.balance;

import io.grpc.ConnectivityState;
import io.grpc.LoadBalancer.CreateSubchannelArgs;
import io.grpc.LoadBalancer.Helper;
import io.grpc.LoadBalancer.Subchannel;
import io.grpc.LoadBalancer.SubchannelStateListener;
import io.grpc.util.ForwardingLoadBalancerHelper;
import io.grpc.util.ForwardingSubchannel;

/**
 * Knows which subchannels are connected. It works below the health check, because that shows a connected member that does
 * not serve as not connected.
 */
final class ConnectionWatch extends ForwardingLoadBalancerHelper {
    /** The link to update, given by the code that asks for a subchannel. */
    static final CreateSubchannelArgs.Key<Link> LINK = CreateSubchannelArgs.Key.create("speckv-link");

    private final Helper helper;

    /** Whether one subchannel is connected. Confined to the channel's synchronization context. */
    static final class Link {
        private boolean up;

        boolean isUp() {
            return up;
        }
    }

    ConnectionWatch(Helper helper) {
        this.helper = helper;
    }

    @Override
    protected Helper delegate() {
        return helper;
    }

    @Override
    public Subchannel createSubchannel(CreateSubchannelArgs arguments) {
        Subchannel made = super.createSubchannel(arguments);
        Link link = arguments.getOption(LINK);
        return link == null ? made : new Watched(made, link);
    }

    private static final class Watched extends ForwardingSubchannel {
        private final Subchannel watched;
        private final Link link;

        Watched(Subchannel watched, Link link) {
            this.watched = watched;
            this.link = link;
        }

        @Override
        protected Subchannel delegate() {
            return watched;
        }

        @Override
        public void start(SubchannelStateListener listener) {
            super.start(news -> {
                link.up = news.getState() == ConnectivityState.READY;
                listener.onSubchannelState(news);
            });
        }
    }
}
