package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** An authority of a day, and what it signs for a release's services: secrets as cert-manager would make them. */
final class ClusterCertificates {
    private final Cluster cluster;
    private final Path folder;

    /**
     * @param folder where keys are written, empty
     */
    ClusterCertificates(Cluster cluster, Path folder) {
        this.cluster = cluster;
        this.folder = folder;
        openssl(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=authority",
                "-keyout",
                file("ca.key"),
                "-out",
                file("ca.crt"));
    }

    /** Makes the secret of a service, for the names by which the others find it, and returns its name. */
    String secret(Release release, Service service) throws IOException {
        String name = release.name() + "-speckv-" + service.label();
        String host = name + "." + release.namespace() + ".svc";
        Path names = folder.resolve(name + ".names");
        Files.writeString(names, "subjectAltName=DNS:" + String.join(",DNS:", name, host, host + ".cluster.local"));
        String key = file(name + ".key");
        String request = file(name + ".csr");
        String certificate = file(name + ".crt");
        List<String> asked = new ArrayList<>(List.of("req", "-newkey", "ec", "-pkeyopt"));
        asked.addAll(List.of("ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + service.label()));
        asked.addAll(List.of("-keyout", key, "-out", request));
        openssl(asked.toArray(String[]::new));
        List<String> signed = new ArrayList<>(List.of("x509", "-req", "-in", request, "-days", "1", "-CAcreateserial"));
        signed.addAll(List.of("-CA", file("ca.crt"), "-CAkey", file("ca.key")));
        signed.addAll(List.of("-extfile", names.toString(), "-out", certificate));
        openssl(signed.toArray(String[]::new));
        release.kubectl(
                "create",
                "secret",
                "generic",
                name + "-tls",
                "--type=kubernetes.io/tls",
                "--from-file=tls.crt=" + certificate,
                "--from-file=tls.key=" + key,
                "--from-file=ca.crt=" + file("ca.crt"));
        return name + "-tls";
    }

    private String file(String name) {
        return folder.resolve(name).toString();
    }

    private void openssl(String... arguments) {
        Cluster.Said said = cluster.command("openssl", arguments);
        assertThat(said.status()).as(said.err()).isZero();
    }
}
