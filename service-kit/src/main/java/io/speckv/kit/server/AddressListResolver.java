package io.speckv.kit.server;

import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.StatusOr;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Resolves a name such as {@code list:///10.0.0.1:9002,10.0.0.2:9002} to the addresses that it lists. */
final class AddressListResolver extends NameResolver {
    private final List<InetSocketAddress> addresses;
    private @Nullable Listener2 listener;

    AddressListResolver(List<InetSocketAddress> addresses) {
        this.addresses = addresses;
    }

    @Override
    public String getServiceAuthority() {
        return addresses.get(0).getHostString();
    }

    @Override
    public void start(Listener2 news) {
        listener = news;
        refresh();
    }

    /** Host names may have other addresses by now. */
    @Override
    public void refresh() {
        List<EquivalentAddressGroup> groups = addresses.stream()
                .map(address -> new InetSocketAddress(address.getHostString(), address.getPort()))
                .map(EquivalentAddressGroup::new)
                .toList();
        if (listener != null) {
            listener.onResult(ResolutionResult.newBuilder()
                    .setAddressesOrError(StatusOr.fromValue(groups))
                    .build());
        }
    }

    @Override
    public void shutdown() {}
}
