package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** The chart with certificates on a Kubernetes of one node. */
@ExtendWith(RunningCluster.class)
@ResourceLock("cluster")
class ClusterTlsTest {
    /** Draft and target ask the router for its certificate, so that an answer needs all three. */
    @Test
    void answersWhereEveryServiceShowsACertificate(@TempDir Path keys) throws IOException {
        Cluster cluster = Cluster.running();
        Release release = new Release(cluster, "speckv-tls", "sealed");
        release.makeNamespace();
        try {
            ClusterCertificates certificates = new ClusterCertificates(cluster, keys);
            List<String> settings = new ArrayList<>(List.of("tls.mode=secret"));
            for (Service service : Service.TRIO) {
                settings.add("tls.secretNames." + service.label() + "=" + certificates.secret(release, service));
            }

            release.install(settings.toArray(String[]::new));

            release.awaitRolledOut();
            assertThat(release.test())
                    .contains("4 tokens")
                    .contains("HTTP https://")
                    .contains(": 200");
        } finally {
            release.removeNamespace();
        }
    }
}
