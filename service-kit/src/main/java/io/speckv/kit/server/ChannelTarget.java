package io.speckv.kit.server;

import io.grpc.NameResolverRegistry;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a service, or of a pool of equal ones: {@code host:port}, {@code dns:///host:port} for every address of a name, or
 * {@code list:///host:port,host:port} for several. IPv6 addresses stand in brackets. A name without a port means that of HTTPS
 * with TLS and that of HTTP without, as in gRPC; a list must say its ports.
 *
 * @param scheme of gRPC's name
 * @param members at least one
 */
public record ChannelTarget(String scheme, List<HostPort> members) {
    private static final String NAMED = "dns";
    private static final Pattern WITH_SCHEME = Pattern.compile("([a-z][a-z0-9+.-]*):///(.*)");
    private static final String FORMS = "; it must be host:port, dns:///host:port or list:///host:port,host:port";

    public ChannelTarget {
        members = List.copyOf(members);
    }

    /**
     * Returns the target that a text names.
     *
     * @throws IllegalArgumentException if it names none, saying what would
     */
    public static ChannelTarget parse(String text) {
        Matcher parts = WITH_SCHEME.matcher(text);
        String scheme = parts.matches() ? parts.group(1) : NAMED;
        String authorities = parts.matches() ? parts.group(2) : text;
        boolean listed = scheme.equals(AddressListResolverProvider.SCHEME);
        try {
            if (NameResolverRegistry.getDefaultRegistry().getProviderForScheme(scheme) == null) {
                throw new IllegalArgumentException("'" + scheme + "' is no scheme of names");
            }
            List<HostPort> members = Arrays.stream(listed ? authorities.split(",", -1) : new String[] {authorities})
                    .map(HostPort::parse)
                    .toList();
            if (listed && members.stream().anyMatch(member -> member.port().isEmpty())) {
                throw new IllegalArgumentException("each address of a list has its port");
            }
            return new ChannelTarget(scheme, members);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("target is '" + text + "': " + e.getMessage() + FORMS, e);
        }
    }

    /** Returns whether all of its members are this machine. */
    public boolean isThisMachine() {
        return members.stream().allMatch(member -> ThisMachine.isMeantBy(member.host()));
    }

    /** Returns the name that gRPC resolves. Its characters are escaped where URIs do not have them, as those of IPv6. */
    String uri() {
        List<String> authorities = members.stream().map(HostPort::toString).toList();
        try {
            return new URI(scheme, "", "/" + String.join(",", authorities), null).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("members are checked", e);
        }
    }
}
