package io.speckv.kit.server;

import java.security.Security;

/** Java's cache of host names. It keeps names for 30 s by default, which is longer than a pool takes to change. */
final class NameCache {
    private static final String SECONDS = "networkaddress.cache.ttl";
    private static final String SECONDS_UNKNOWN = "networkaddress.cache.negative.ttl";

    private NameCache() {}

    /**
     * Limits the cache to one second unless the operator has set a limit. A look-up every few seconds would otherwise get an
     * old answer, and a pool's member gives only ten seconds of notice before it leaves. Call this before the process looks
     * up its first name.
     */
    static void bound() {
        if (Security.getProperty(SECONDS) == null) {
            Security.setProperty(SECONDS, "1");
        }
        // Java's own file sets 10 s here, and a pod that has just got its name would stay unknown that long.
        Security.setProperty(SECONDS_UNKNOWN, "1");
    }
}
