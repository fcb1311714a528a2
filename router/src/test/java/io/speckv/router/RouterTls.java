package io.speckv.router;

import io.speckv.kit.server.TestCertificates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * A certificate of this machine's for a router.
 *
 * @param trusted its authority
 */
record RouterTls(Path trusted, Path certificate, Path key) {
    /** Writes one of an authority of its own. */
    static RouterTls in(Path folder) throws Exception {
        TestCertificates authority = new TestCertificates("authority");
        Path trusted = authority.writeAuthority(folder.resolve("ca.pem"));
        RouterTls tls = new RouterTls(trusted, folder.resolve("cert.pem"), folder.resolve("key.pem"));
        authority.issue("localhost", Duration.ofDays(1), tls.certificate, tls.key);
        return tls;
    }

    /** Returns the flags of a router that shows it by gRPC. */
    String[] flags() {
        return flags("server").toArray(String[]::new);
    }

    /** Returns the flags of a router that shows it by gRPC and by HTTP. */
    String[] flagsWithHttp() {
        return Stream.concat(flags("server"), Stream.concat(Stream.of("--http.port=0"), flags("http")))
                .toArray(String[]::new);
    }

    private Stream<String> flags(String server) {
        return Stream.of(
                "--" + server + ".tls.enabled=true",
                "--" + server + ".tls.certificate=" + certificate,
                "--" + server + ".tls.private-key=" + key);
    }
}
