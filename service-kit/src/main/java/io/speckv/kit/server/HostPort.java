package io.speckv.kit.server;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host and its port as they are written: {@code host:port}, {@code [::1]:port}, or a host alone. {@link java.net.URI} knows no
 * host with an underscore, which names of containers may have.
 *
 * @param host a name, an IPv4 address, or an IPv6 address in brackets
 * @param port 1 to 65535, or empty where the text has none
 */
public record HostPort(String host, OptionalInt port) {
    private static final Pattern WRITTEN =
            Pattern.compile("(\\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%[\\w.-]+)?]|[\\w.-]+)(?::(\\d{1,5}))?");
    private static final int LAST_PORT = 65_535;

    /**
     * Returns what a text names.
     *
     * @throws IllegalArgumentException if it is no host, or its port is none
     */
    static HostPort parse(String text) {
        Matcher written = WRITTEN.matcher(text);
        if (!written.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not host:port");
        }
        String digits = written.group(2);
        if (digits == null) {
            return new HostPort(written.group(1), OptionalInt.empty());
        }
        int port = Integer.parseInt(digits);
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("the port of '" + text + "' must be 1 to " + LAST_PORT);
        }
        return new HostPort(written.group(1), OptionalInt.of(port));
    }

    /** Returns it as it was written. */
    @Override
    public String toString() {
        return port.isEmpty() ? host : host + ":" + port.getAsInt();
    }
}
