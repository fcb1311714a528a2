package io.speckv.cli.options;

import io.speckv.kit.server.ChannelTarget;

/** Checks addresses of routers. */
final class RouterAddress {
    private RouterAddress() {}

    /**
     * Returns normally if the text is a router's address.
     *
     * @throws WrongInputException saying what is right
     */
    static void require(String text) {
        if (!isOne(text)) {
            String not = text.startsWith("http:") || text.startsWith("https:") ? ", and not that of its web page" : "";
            throw new WrongInputException("--router is '" + text
                    + "'; it must be HOST:PORT of the router's gRPC, such as localhost:9000, with a port up to 65535"
                    + not);
        }
    }

    /** Whether it is a target with its port: gRPC's default is that of web servers, which is hardly meant. */
    private static boolean isOne(String text) {
        try {
            return ChannelTarget.parse(text).members().stream()
                    .allMatch(member -> member.port().isPresent());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
