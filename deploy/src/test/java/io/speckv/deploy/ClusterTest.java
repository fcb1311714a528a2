package io.speckv.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.deploy.Release.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An operator's life with the chart on a Kubernetes of one node, while clients keep asking. */
@ExtendWith(RunningCluster.class)
@ResourceLock("cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterTest {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterTest.class);
    private static final Duration SOON = Duration.ofMinutes(10);
    private static final Duration CALLED_WITHIN = Duration.ofSeconds(10);
    private static final int SOME = 5;
    private static final Pattern ANSWERS = Pattern.compile("(?m)^speckv_kv_kept_bytes_count\\{.*\\} (\\S+)$");

    private Cluster cluster;
    private Release release;
    private SteadyClient client;

    @BeforeAll
    void install() {
        cluster = Cluster.running();
        release = new Release(cluster, "speckv", "demo");
        release.makeNamespace();
        release.install();
    }

    @BeforeEach
    void whileClientsAsk() throws Exception {
        release.awaitRolledOut();
        client = SteadyClient.start(release);
    }

    @AfterEach
    void endsTheAsking() {
        client.close();
    }

    @AfterAll
    void remove() {
        release.removeNamespace();
    }

    private void answeredAll(TestInfo story) throws InterruptedException {
        client.awaitMore(SOME);
        SteadyClient.Tally tally = client.stop();
        LOG.info("{} {}: {}", story.getTestMethod().orElseThrow().getName(), story.getDisplayName(), tally);

        assertThat(tally.failures()).as("%s", tally).isEmpty();
    }

    @Test
    void answersThroughTheServiceByGrpcAndByHttp(TestInfo story) throws Exception {
        answeredAll(story);
    }

    @Test
    void passesItsOwnTest() {
        assertThat(release.test()).contains("4 tokens").contains("HTTP").contains("200");
    }

    @Test
    void upgradesASetting(TestInfo story) throws Exception {
        List<Pod> drafts = release.pods(Service.DRAFT);

        release.upgrade("target.settings.slots.large.tokens=" + 4096);

        assertThat(release.pods(Service.DRAFT)).as("not touched by it").isEqualTo(drafts);
        answeredAll(story);
        release.upgrade();
    }

    @Test
    void upgradesTheImageAndRollsBack(TestInfo story) throws Exception {
        for (Service service : Service.TRIO) {
            String image = release.image(service);
            cluster.tag(image, image.replaceFirst(":[^:]*$", ":next"));
        }
        String before = release.image(Service.ROUTER);

        release.upgrade("image.tag=next");
        assertThat(release.image(Service.ROUTER)).endsWith(":next");
        client.awaitMore(SOME);
        release.rollback();

        assertThat(release.image(Service.ROUTER)).isEqualTo(before);
        answeredAll(story);
    }

    @Test
    void losesADraft(TestInfo story) throws Exception {
        release.kill(release.pods(Service.DRAFT).get(0));

        release.awaitRolledOut();
        answeredAll(story);
    }

    @Test
    void losesOneOfTwoTargets(TestInfo story) throws Exception {
        release.scale(Service.TARGET, 2);
        release.awaitRolledOut();
        client.awaitMore(SOME);

        release.kill(release.pods(Service.TARGET).get(0));

        release.awaitRolledOut();
        answeredAll(story);
        release.scale(Service.TARGET, 1);
    }

    @Test
    void drainsANodeNoFasterThanItsBudgetsAllow(TestInfo story) throws Exception {
        Stream.of(Service.values()).filter(Service.TRIO::contains).forEach(service -> release.scale(service, 2));
        release.awaitRolledOut();
        client.awaitMore(SOME);

        // New pods have nowhere to go, so that no second one may leave.
        Cluster.Said drain = cluster.command(
                "kubectl", "drain", "node1", "--ignore-daemonsets", "--delete-emptydir-data", "--timeout=60s");
        client.awaitMore(SOME);

        assertThat(drain.status()).isNotZero();
        assertThat(drain.err()).contains("would violate the pod's disruption budget");
        for (Service service : Service.TRIO) {
            assertThat(release.pods(service))
                    .as(service.label())
                    .filteredOn(Pod::ready)
                    .hasSize(1);
        }
        cluster.kubectl("uncordon", "node1");
        release.awaitRolledOut();
        answeredAll(story);
        Service.TRIO.forEach(service -> release.scale(service, 1));
    }

    @Test
    void callsANewTargetSoonAfterItIsReady(TestInfo story) throws Exception {
        Set<String> before = names(release.pods(Service.TARGET));
        release.scale(Service.TARGET, 2);
        Pod[] added = new Pod[1];
        Answers.await(SOON, () -> {
            release.pods(Service.TARGET).stream()
                    .filter(pod -> pod.ready() && !before.contains(pod.name()))
                    .forEach(pod -> added[0] = pod);
            return added[0] == null ? "no second target is ready" : "";
        });

        Instant ready = Instant.now();
        double warmUp = answers(added[0]);
        Answers.await(CALLED_WITHIN, () -> answers(added[0]) > warmUp ? "" : "the new target was not called");
        LOG.info("the new target was called {} after it was ready", Duration.between(ready, Instant.now()));

        answeredAll(story);
        release.scale(Service.TARGET, 1);
    }

    /** Returns how many requests a target has answered. */
    private static double answers(Pod target) {
        try (var metrics = URI.create("http://" + target.address() + ":9464/metrics")
                .toURL()
                .openStream()) {
            return ANSWERS.matcher(new String(metrics.readAllBytes(), StandardCharsets.UTF_8))
                    .results()
                    .mapToDouble(line -> Double.parseDouble(line.group(1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Set<String> names(List<Pod> pods) {
        Set<String> names = new TreeSet<>();
        pods.forEach(pod -> names.add(pod.name()));
        return names;
    }

    @Test
    void refusesWhoMayNotCall(TestInfo story) throws Exception {
        assertThat(Stranger.reaches(release, "client=no", Service.TARGET))
                .as("past the router")
                .isFalse();
        assertThat(Stranger.reaches(release, "client=no", Service.ROUTER))
                .as("everyone")
                .isTrue();

        release.upgrade("networkPolicy.clients[0].podSelector.matchLabels.client=yes");

        assertThat(Stranger.reaches(release, "client=no", Service.ROUTER))
                .as("not listed")
                .isFalse();
        assertThat(Stranger.reaches(release, "client=yes", Service.ROUTER))
                .as("listed")
                .isTrue();
        assertThat(release.test()).as("its own test may").contains("4 tokens");
        answeredAll(story);
        release.upgrade();
    }

    @ParameterizedTest
    @CsvSource({
        "0,DRAFT,ROUTER,TARGET",
        "5,ROUTER,TARGET,DRAFT",
        "5,TARGET,ROUTER,DRAFT",
        "15,DRAFT,ROUTER,TARGET",
        "15,ROUTER,DRAFT,TARGET",
        "40,TARGET,DRAFT,ROUTER",
        "40,DRAFT,TARGET,ROUTER"
    })
    void rollsAllThreeOutInAnyOrder(int secondsApart, Service first, Service second, Service third, TestInfo story)
            throws Exception {
        for (Service service : List.of(first, second, third)) {
            release.restart(service);
            Thread.sleep(Duration.ofSeconds(secondsApart).toMillis());
        }

        release.awaitRolledOut();
        answeredAll(story);
    }

    @Test
    void leavesNothingButVolumesBehind() throws Exception {
        Release other = new Release(cluster, "speckv-other", "other");
        other.makeNamespace();
        try {
            Set<String> before = objects(other);
            other.install("draft.replicas=0", "target.replicas=0", "router.replicas=0", "expose.service.enabled=true");
            assertThat(objects(other)).hasSizeGreaterThan(before.size() + 10);

            other.uninstall();

            Answers.await(SOON, () -> {
                Set<String> left = objects(other);
                left.removeAll(before);
                return String.join(", ", left);
            });
        } finally {
            other.removeNamespace();
        }
    }

    /** Returns whatever a namespace holds, but for news. */
    private Set<String> objects(Release of) {
        List<String> kinds =
                new ArrayList<>(List.of(cluster.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name")
                        .split("\n")));
        kinds.removeIf(kind -> kind.startsWith("events"));
        Set<String> found = new TreeSet<>();
        for (JsonNode item : cluster.json("--namespace", of.namespace(), "get", String.join(",", kinds))
                .path("items")) {
            found.add(
                    item.path("kind").asText() + " " + item.at("/metadata/name").asText());
        }
        return found;
    }
}
