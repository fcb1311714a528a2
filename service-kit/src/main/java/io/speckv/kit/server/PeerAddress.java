package io.speckv.kit.server;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Addresses of peers as logs show them. */
final class PeerAddress {
    private PeerAddress() {}

    /** Returns {@code 10.0.0.7:9002}, {@code [::1]:9002}, or what else an address that is none of the internet calls itself. */
    static String text(@Nullable SocketAddress address) {
        if (address instanceof InetSocketAddress remote && !remote.isUnresolved()) {
            String host = remote.getAddress().getHostAddress();
            return (remote.getAddress() instanceof Inet6Address ? "[" + host + "]" : host) + ":" + remote.getPort();
        }
        return String.valueOf(address);
    }
}
