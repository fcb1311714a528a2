package io.speckv.http.connection;

import io.speckv.http.json.ApiError;
import io.speckv.kit.server.ServerSettings;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Decides which web pages may use the server. A server on loopback without tokens trusts every request of this machine, and any
 * web page can make a browser here send one. Such a page can even point its own host name at 127.0.0.1, so requests to foreign
 * names are refused. Pages of other origins may read answers only if the settings list them.
 */
public final class Callers {
    private static final Pattern OWN = Pattern.compile("(?i)localhost|127\\.[0-9.]+|\\[?::1]?");
    private static final String ALL = "*";

    private final boolean checksNames;
    private final Set<String> names;
    private final Set<String> origins;

    /** @param asksForTokens whether calls need a bearer token */
    public Callers(HttpSettings settings, boolean asksForTokens) {
        this.checksNames = !asksForTokens && ServerSettings.isLoopback(settings.address());
        this.names = settings.hostNames().stream().map(Callers::small).collect(Collectors.toUnmodifiableSet());
        this.origins = Set.copyOf(settings.corsOrigins());
    }

    /**
     * Checks the host name that the request was sent to.
     *
     * @throws ApiError.RefusedException if it is not one of the server's names
     */
    public void requireName(HttpServerRequest request) {
        // HTTP/1.1 requires exactly one Host header: RFC 9112, 3.2.
        if (request.version() == HttpVersion.HTTP_1_1
                && request.headers().getAll(HttpHeaders.HOST).size() != 1) {
            throw ApiError.request(400, MalformedHttp.CODE, "a request of HTTP/1.1 must have one Host header")
                    .asException();
        }
        HostAndPort authority = request.authority();
        if (!checksNames || authority == null) {
            return;
        }
        String host = authority.host();
        if (!OWN.matcher(host).matches() && !names.contains(small(host))) {
            throw ApiError.request(
                            403,
                            "host_not_allowed",
                            "the server listens on this machine alone and does not answer to that host name: use"
                                    + " localhost, or add the name to http.host-names")
                    .asException();
        }
    }

    /** Names of hosts have no case: RFC 9110, 4.2.3. */
    private static String small(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /** Lets a listed page read the answer; returns whether the request was only a preflight, which is answered now. */
    public boolean answersPreflight(Exchange exchange) {
        HttpServerRequest request = exchange.request();
        String origin = request.getHeader("Origin");
        if (origins.isEmpty() || origin == null) {
            return false;
        }
        exchange.header("Vary", "Origin");
        if (!origins.contains(ALL) && !origins.contains(origin)) {
            return false;
        }
        exchange.header("Access-Control-Allow-Origin", origins.contains(ALL) ? ALL : origin);
        exchange.header("Access-Control-Expose-Headers", "X-Request-Id, request-id, Retry-After, Retry-After-Ms");
        if (!request.method().equals(HttpMethod.OPTIONS)
                || request.getHeader("Access-Control-Request-Method") == null) {
            return false;
        }
        String headers = request.getHeader("Access-Control-Request-Headers");
        exchange.header("Access-Control-Allow-Methods", "GET, POST");
        exchange.header("Access-Control-Allow-Headers", headers == null ? "" : headers);
        exchange.header("Access-Control-Max-Age", "600");
        exchange.empty(204);
        return true;
    }
}
