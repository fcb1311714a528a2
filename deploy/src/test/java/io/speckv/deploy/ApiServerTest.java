package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server takes what the chart writes, in a namespace where PodSecurity "restricted" is enforced. */
@ExtendWith(RunningCluster.class)
@ResourceLock("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiServerTest {
    private static final String NAMESPACE = "speckv-admission";
    private static final Path VALUES = Home.FOLDER.resolve("deploy/helm/values");
    private static final Path EVERY_KNOB = Home.FOLDER.resolve("deploy/src/test/resources/chart/every-knob.yaml");

    private Cluster cluster;

    @BeforeAll
    void makeNamespace() {
        cluster = Cluster.running();
        cluster.kubectl("create", "namespace", NAMESPACE);
        for (String reaction : List.of("enforce", "warn")) {
            cluster.kubectl("label", "namespace", NAMESPACE, "pod-security.kubernetes.io/" + reaction + "=restricted");
        }
    }

    @AfterAll
    void removeNamespace() {
        cluster.kubectl("delete", "namespace", NAMESPACE, "--wait=false");
    }

    static Stream<Path> values() throws IOException {
        try (Stream<Path> files = Files.list(VALUES)) {
            return Stream.concat(files.sorted().toList().stream(), Stream.of(EVERY_KNOB));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void takesEveryFileOfValues(Path values, @TempDir Path folder) throws Exception {
        taken(folder, values);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tls.mode=secret,tls.secretNames.draft=a,tls.secretNames.target=b,tls.secretNames.router=c",
                "tls.mode=certManager,tls.issuer.name=ca,tls.issuer.kind=ClusterIssuer",
                "routerTokensSecret=tokens",
                "router.renderer.kind=vllm,router.renderer.url=http://render:8000,router.renderer.allowPlaintext=true,"
                        + "router.renderer.keySecret=render-key,router.renderer.readsAnswers=true",
                "router.renderer.kind=llama-cpp,router.renderer.url=https://engine.example/,networkPolicy.egress.enabled=true",
                "serviceAccount.create=true,serviceAccount.name=models",
                "telemetry.collector.enabled=true,telemetry.dashboard.enabled=true",
                "telemetry.serviceMonitor=true,telemetry.podMonitor=true,telemetry.prometheusRules=true",
                "telemetry.traceShare=0.2,telemetry.logFormat=json",
                "http.enabled=false,expose.service.enabled=true,expose.service.type=NodePort",
                "expose.service.enabled=true,expose.service.type=LoadBalancer,expose.service.loadBalancerClass=a/b",
                "expose.ingress.enabled=true,expose.ingress.httpHost=a.example,expose.ingress.grpcHost=b.example",
                "expose.gateway.enabled=true,expose.gateway.parentRefs[0].name=edge,"
                        + "expose.gateway.httpHostnames[0]=a.example,expose.gateway.grpcHostnames[0]=b.example",
                "expose.gateway.enabled=true,expose.gateway.parentRefs[0].name=edge,expose.gateway.authority=roots,"
                        + "expose.gateway.grpcHostnames[0]=b.example,tls.mode=certManager,tls.issuer.name=ca",
                "networkPolicy.egress.enabled=true",
                "networkPolicy.enabled=false",
                "draft.enabled=false",
                "draft.autoscaling.enabled=true,target.autoscaling.enabled=true,router.autoscaling.enabled=true",
                "target.autoscaling.enabled=true,target.autoscaling.keda.enabled=true,"
                        + "target.autoscaling.keda.prometheus=http://prometheus:9090",
                "draft.gpu.count=1,draft.gpu.resource=nvidia.com/mig-1g.10gb",
                "target.spread=required,router.spread=none",
                "target.updateStrategy.type=Recreate",
                "target.pdb.maxUnavailable=25%",
                "draft.resourceClaims[0].name=gpu,draft.resourceClaims[0].resourceClaimTemplateName=one-gpu"
            })
    void takesEveryKnobByItself(String settings, @TempDir Path folder) throws Exception {
        taken(folder, VALUES.resolve("cpu.yaml"), "--set", settings);
    }

    @ParameterizedTest
    @CsvSource({
        "target.model.image=null,target.model.pvc.claimName=models",
        "target.model.image=null,target.model.oci.reference=models/large:1",
        "target.model.image=null,target.model.download.image=s3:1;target.model.download.size=1Gi;"
                + "target.model.download.command[0]=sync",
        "target.model.image=null,target.model.shared.image=s3:1;target.model.shared.claimName=models;"
                + "target.model.shared.command[0]=sync"
    })
    void takesModelsFromWherever(String notFromAnImage, String from, @TempDir Path folder) throws Exception {
        taken(folder, VALUES.resolve("cpu.yaml"), "--set", notFromAnImage, "--set", from.replace(';', ','));
    }

    @Test
    void takesARouterThatIsAnInferencePool() {
        Cluster.Said said = applied(Home.FOLDER.resolve("deploy/helm/inference/behind-a-gateway.yaml"));

        assertThat(said.status()).as("%s", said.err()).isZero();
        assertThat(said.err()).doesNotContain("Warning");
        assertThat(said.out()).contains("inferencepool.inference.networking.k8s.io/demo-speckv-router created");
    }

    private void taken(Path folder, Path values, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of(
                "template", "x", Home.CHART.toString(), "--namespace", NAMESPACE, "--values", values.toString()));
        line.addAll(Arrays.asList(more));
        Path manifests = Files.writeString(folder.resolve("manifests.yaml"), cluster.helm(line.toArray(String[]::new)));

        Cluster.Said said = applied(manifests);

        assertThat(said.status()).as("%s", said.err()).isZero();
        assertThat(said.err()).doesNotContain("Warning");
        assertThat(said.out().lines().filter(object -> object.endsWith("(server dry run)")))
                .hasSizeGreaterThan(9);
    }

    private Cluster.Said applied(Path manifests) {
        return cluster.command(
                "kubectl",
                "--namespace",
                NAMESPACE,
                "apply",
                "--dry-run=server",
                "--validate=strict",
                "-f",
                manifests.toString());
    }

    @ParameterizedTest
    @CsvSource({
        "target.gpu.count=many,count",
        "draft.replica=2,replica",
        "telemetry.traceShare=2,traceShare",
        "expose.service.type=Public,type",
        "tls.mode=sometimes,mode",
        "draft.spread=wide,spread",
        "expose.timeoutSeconds=0,timeoutSeconds"
    })
    void namesTheKeyOfAValueThatCannotWork(String wrong, String key) {
        Cluster.Said said = cluster.command(
                cluster.folder().resolve("bin/helm").toString(),
                "install",
                "x",
                Home.CHART.toString(),
                "--namespace",
                NAMESPACE,
                "--values",
                VALUES.resolve("cpu.yaml").toString(),
                "--dry-run=server",
                "--set",
                wrong);

        assertThat(said.status()).isNotZero();
        assertThat(said.err())
                .contains("values don't meet the specifications of the schema")
                .contains(key);
    }
}
