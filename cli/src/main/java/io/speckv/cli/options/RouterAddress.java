package io.speckv.cli.options;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks addresses of routers. */
final class RouterAddress {
    /** gRPC names for one or several addresses, which gRPC itself checks. */
    private static final Pattern NAMED = Pattern.compile("(dns|list|ipv4|ipv6):.+");

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9a-fA-F:.%]+]|[\\w.-]+):(\\d{1,5})");
    private static final int LAST_PORT = 65_535;

    private RouterAddress() {}

    /**
     * Returns normally if the text is a router's address.
     *
     * @throws WrongInputException saying what is right
     */
    static void require(String text) {
        Matcher parts = HOST_AND_PORT.matcher(text);
        boolean named = NAMED.matcher(text).matches();
        if (!named && !parts.matches()) {
            String not = text.startsWith("http:") || text.startsWith("https:") ? ", and not that of its web page" : "";
            throw new WrongInputException("--router is '" + text
                    + "'; it must be HOST:PORT of the router's gRPC, such as localhost:9000" + not);
        }
        if (!named && Integer.parseInt(parts.group(2)) > LAST_PORT) {
            throw new WrongInputException("--router is '" + text + "'; its port must be at most " + LAST_PORT);
        }
    }
}
