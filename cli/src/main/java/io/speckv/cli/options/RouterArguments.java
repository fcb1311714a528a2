package io.speckv.cli.options;

import io.speckv.cli.client.RouterClient;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of which router to ask, and of its connection. */
public final class RouterArguments {
    @Option(
            names = "--router",
            paramLabel = "HOST:PORT",
            defaultValue = "localhost:9000",
            description = "the router to ask (${DEFAULT-VALUE})")
    String address = "localhost:9000";

    @Mixin
    final ConnectionArguments connection = new ConnectionArguments();

    /** Returns the names of these options. */
    public static List<String> names() {
        return GivenOptions.names(new RouterArguments());
    }

    /** Returns the arguments for a router on this machine. */
    public static RouterArguments local(int port) {
        RouterArguments arguments = new RouterArguments();
        arguments.address = "localhost:" + port;
        return arguments;
    }

    /** Returns the name of the requested model; empty for the router's default. */
    public String model() {
        return connection.model();
    }

    public RouterClient open() {
        return connection.open(address);
    }
}
