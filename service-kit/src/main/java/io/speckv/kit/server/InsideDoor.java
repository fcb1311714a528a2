package io.speckv.kit.server;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server's services for callers in the same process, and the channel to them. */
record InsideDoor(Server server, ManagedChannel channel) {
    /**
     * Opens server and channel.
     *
     * @param tokens check of the tokens that calls must show, or null if none are required
     * @throws IOException if they cannot be opened
     */
    static InsideDoor open(
            List<ServerServiceDefinition> services, BindableService health, @Nullable BearerTokens tokens)
            throws IOException {
        String name = InProcessServerBuilder.generateName();
        InProcessServerBuilder builder = InProcessServerBuilder.forName(name).addService(health);
        services.forEach(builder::addService);
        if (tokens != null) {
            builder.intercept(tokens);
        }
        return new InsideDoor(
                builder.build().start(), InProcessChannelBuilder.forName(name).build());
    }
}
