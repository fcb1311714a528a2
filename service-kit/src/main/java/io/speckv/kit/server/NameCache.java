package io.speckv.kit.server;

import java.security.Security;

/** Java's cache of host names: by default 30 s, which would outlive a pool's changes. */
final class NameCache {
    private static final String SECONDS = "networkaddress.cache.ttl";
    private static final String SECONDS_UNKNOWN = "networkaddress.cache.negative.ttl";

    private NameCache() {}

    /**
     * Bounds it to a second where the operator has not: who looks every few seconds would else be told what was so at the time
     * before, and a pool's member that leaves gives notice of ten. Of use before the process looks its first name up.
     */
    static void bound() {
        if (Security.getProperty(SECONDS) == null) {
            Security.setProperty(SECONDS, "1");
        }
        // Java's own file sets 10 here: a pod that has just got its name would be unknown for so long.
        Security.setProperty(SECONDS_UNKNOWN, "1");
    }
}
