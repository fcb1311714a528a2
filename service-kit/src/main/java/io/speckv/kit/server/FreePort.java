package io.speckv.kit.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Checks whether a port is free before long work such as loading a model. */
public final class FreePort {
    private FreePort() {}

    /**
     * Returns normally if a server could listen on the address now.
     *
     * @param port 0 and below always succeed
     * @throws IOException if a server could not, naming the address
     */
    public static void require(String address, int port) throws IOException {
        if (port <= 0) {
            return;
        }
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (IOException e) {
            throw new IOException("cannot listen on %s:%d: %s".formatted(address, port, e.getMessage()), e);
        }
    }
}
