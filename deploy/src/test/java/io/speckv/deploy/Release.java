package io.speckv.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * One installation of the chart, with the values of the smallest cluster.
 *
 * @param namespace in which PodSecurity "restricted" is enforced
 */
record Release(Cluster cluster, String namespace, String name) {
    private static final String SMALLEST =
            Home.FOLDER.resolve("deploy/helm/values/cpu.yaml").toString();
    private static final String PATIENCE = "10m";

    /** A pod as far as stories care. */
    record Pod(String name, String address, boolean ready) {}

    /** Makes the namespace, empty and restricted. */
    void makeNamespace() {
        cluster.kubectl("create", "namespace", namespace);
        cluster.kubectl("label", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted");
    }

    void removeNamespace() {
        cluster.kubectl("delete", "namespace", namespace, "--ignore-not-found", "--wait");
    }

    void install(String... settings) {
        helm("install", settings);
    }

    /** Upgrades to these settings and those of the smallest cluster; returns when all pods are new and ready. */
    void upgrade(String... settings) {
        helm("upgrade", settings);
        awaitRolledOut();
    }

    private void helm(String verb, String... settings) {
        List<String> line = new ArrayList<>(List.of(verb, name, Home.CHART.toString(), "--values", SMALLEST));
        line.addAll(List.of("--namespace", namespace, "--wait", "--timeout", PATIENCE));
        Arrays.stream(settings).forEach(setting -> line.addAll(List.of("--set", setting)));
        cluster.helm(line.toArray(String[]::new));
    }

    void rollback() {
        cluster.helm("rollback", name, "--namespace", namespace, "--wait", "--timeout", PATIENCE);
        awaitRolledOut();
    }

    String test() {
        return cluster.helmAndHooks("test", name, "--namespace", namespace, "--timeout", PATIENCE);
    }

    void uninstall() {
        cluster.helm("uninstall", name, "--namespace", namespace, "--wait", "--timeout", PATIENCE);
    }

    void restart(Service service) {
        kubectl("rollout", "restart", deployment(service));
    }

    void scale(Service service, int replicas) {
        kubectl("scale", deployment(service), "--replicas=" + replicas);
    }

    /** Kills a pod without a warning. */
    void kill(Pod pod) {
        kubectl("delete", "pod", pod.name(), "--grace-period=0", "--force", "--wait=false");
    }

    /** Returns when what is wanted runs, and nothing else. */
    void awaitRolledOut() {
        for (Service service : Service.TRIO) {
            kubectl("rollout", "status", deployment(service), "--timeout", PATIENCE);
        }
    }

    /** Returns the pods of a service that are not on their way out. */
    List<Pod> pods(Service service) {
        JsonNode items = cluster.json(
                        "--namespace",
                        namespace,
                        "get",
                        "pods",
                        "-l",
                        "app.kubernetes.io/instance=" + name + ",app.kubernetes.io/component=" + service.label())
                .path("items");
        return StreamSupport.stream(items.spliterator(), false)
                .filter(pod -> !pod.at("/metadata").has("deletionTimestamp"))
                .map(pod -> new Pod(
                        pod.at("/metadata/name").asText(),
                        pod.at("/status/podIP").asText(),
                        isReady(pod)))
                .toList();
    }

    private static boolean isReady(JsonNode pod) {
        return StreamSupport.stream(pod.at("/status/conditions").spliterator(), false)
                .anyMatch(condition -> condition.path("type").asText().equals("Ready")
                        && condition.path("status").asText().equals("True"));
    }

    String image(Service service) {
        return kubectl("get", deployment(service), "-o", "jsonpath={.spec.template.spec.containers[0].image}");
    }

    /** Returns the router's name in the cluster, at which every pod's address is found. */
    String router() {
        return name + "-speckv-router." + namespace + ".svc.cluster.local";
    }

    String kubectl(String... arguments) {
        List<String> line = new ArrayList<>(List.of("--namespace", namespace));
        line.addAll(Arrays.asList(arguments));
        return cluster.kubectl(line.toArray(String[]::new));
    }

    private String deployment(Service service) {
        return "deployment/" + name + "-speckv-" + service.label();
    }
}
