package io.speckv.kit.server;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Pattern;

/** Which hosts are this machine whatever names are looked up, so that plaintext to them is not open to the network. */
public final class ThisMachine {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern ADDRESS = Pattern.compile("\\[.*:.*]|" + OCTET + "(?:\\." + OCTET + "){3}");

    private ThisMachine() {}

    /**
     * Whether the host is a loopback address, or the name that stands for one everywhere.
     *
     * @param host a name, an IPv4 address, or an IPv6 address in brackets
     */
    public static boolean isMeantBy(String host) {
        if (host.toLowerCase(Locale.ROOT).equals("localhost")) {
            return true;
        }
        // A name is not looked up: what it stands for may change, and 127.example is one.
        try {
            return ADDRESS.matcher(host).matches()
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
