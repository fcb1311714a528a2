package io.speckv.engineclient;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Address and security of a connection to an engine.
 *
 * @param url of its server, such as {@code http://localhost:8000}; may end with a path that all its routes begin with
 * @param keyFile file with its key, which is sent as a bearer token; null for none
 * @param trustedCertificates PEM authorities that its certificate must come from; null trusts the system's
 * @param connectTimeout for one connection, at least 1 ms
 */
public record EngineConnection(
        URI url, @Nullable Path keyFile, @Nullable Path trustedCertificates, Duration connectTimeout) {
    public EngineConnection {
        requireUrl(url);
        if (connectTimeout.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "connect-timeout is " + connectTimeout.toMillis() + "ms, must be at least 1ms");
        }
    }

    /**
     * Returns normally if nobody on the network can read the traffic.
     *
     * @param thisMachine whether a host, as it is written in an address, is the machine that asks
     * @throws IllegalArgumentException if it can be read, naming the setting that allows it
     */
    public void requireNotOpenToTheNetwork(Predicate<String> thisMachine) {
        if (!url.getScheme().equalsIgnoreCase("https") && !thisMachine.test(url.getHost())) {
            throw new IllegalArgumentException("plaintext to " + url
                    + " would be open to the network: take https, or set allow-plaintext to true");
        }
    }

    /** Returns the address of a route, such as {@code /v1/models}. */
    URI route(String path) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    /**
     * Returns the address that a text names.
     *
     * @throws IllegalArgumentException if it is no URL, saying what one is
     */
    public static URI address(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(noServer(url), e);
        }
    }

    private static String noServer(Object url) {
        return "url is " + url + ", must be that of a server, such as http://localhost:8000";
    }

    private static void requireUrl(URI url) {
        String scheme = String.valueOf(url.getScheme());
        boolean http = scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https");
        if (!http || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(noServer(url));
        }
        if (url.getRawUserInfo() != null) {
            throw new IllegalArgumentException("url holds a user; write the engine's key into key-file");
        }
    }
}
