package io.speckv.deploy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.BackendTLSPolicy;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.GRPCRoute;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The chart's manifests for one file of values. */
final class RenderedChart {
    static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private static final String KUBERNETES = "1.30.0";
    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("ConfigMap", ConfigMap.class),
            Map.entry("Deployment", Deployment.class),
            Map.entry("Service", io.fabric8.kubernetes.api.model.Service.class),
            Map.entry("ServiceAccount", ServiceAccount.class),
            Map.entry("Pod", Pod.class),
            Map.entry("Job", Job.class),
            Map.entry("PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            Map.entry("NetworkPolicy", NetworkPolicy.class),
            Map.entry("Ingress", Ingress.class),
            Map.entry("HTTPRoute", HTTPRoute.class),
            Map.entry("GRPCRoute", GRPCRoute.class),
            Map.entry("BackendTLSPolicy", BackendTLSPolicy.class),
            Map.entry("ServiceMonitor", ServiceMonitor.class),
            Map.entry("PodMonitor", PodMonitor.class),
            Map.entry("PrometheusRule", PrometheusRule.class),
            Map.entry("Certificate", io.fabric8.certmanager.api.model.v1.Certificate.class));

    private final List<JsonNode> manifests = new ArrayList<>();

    private RenderedChart() {}

    /** Returns the settings that a service is given. */
    JsonNode settings(String service) throws IOException {
        return YAML.readTree(only("ConfigMap", "x-speckv-" + service)
                .at("/data/settings.yaml")
                .asText());
    }

    static String text(String values, Map<String, String> overrides) {
        return text(Home.CHART, values, overrides);
    }

    private static String text(Path chart, String values, Map<String, String> overrides) {
        var template = new Helm(chart)
                .template()
                .withName("x")
                .withNamespace("speckv")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values(values));
        overrides.forEach(template::set);
        return template.call();
    }

    /** What helm says once the chart is installed. */
    static String notes(String values, Map<String, String> overrides) {
        var install = new Helm(Home.CHART)
                .install()
                .clientOnly()
                .dryRun()
                .withName("x")
                .withNamespace("speckv")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values(values));
        overrides.forEach(install::set);
        String said = install.call().getOutput();
        return said.substring(said.indexOf("NOTES:"));
    }

    static RenderedChart of(String values) throws IOException {
        return parsed(text(values, Map.of()));
    }

    static RenderedChart of(String values, Map<String, String> overrides) throws IOException {
        return parsed(text(values, overrides));
    }

    /**
     * The chart with what helm runs beside it, jobs before an install and tests after it, which it does not render otherwise.
     *
     * @param folder that is empty, for a chart in which they are manifests like any other
     */
    static RenderedChart withHooks(String values, Path folder) throws IOException {
        return withHooks(values, folder, Map.of());
    }

    static RenderedChart withHooks(String values, Path folder, Map<String, String> overrides) throws IOException {
        return altered(values, folder, "helm.sh/hook", "example.com/was-a-hook", overrides);
    }

    /** The chart, copied into an empty folder, with other words in place of some of its own. */
    static RenderedChart altered(String values, Path folder, String words, String by, Map<String, String> overrides)
            throws IOException {
        try (Stream<Path> files = Files.walk(Home.CHART)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                Path copy = folder.resolve(Home.CHART.relativize(file).toString());
                Files.createDirectories(copy.resolveSibling(""));
                String text = Files.readString(file);
                Files.writeString(copy, text.replace(words, by));
            }
        }
        return parsed(text(folder, values, overrides));
    }

    private static RenderedChart parsed(String text) throws IOException {
        RenderedChart chart = new RenderedChart();
        try (var documents = YAML.readerFor(JsonNode.class).readValues(text)) {
            while (documents.hasNext()) {
                if (documents.next() instanceof ObjectNode manifest) {
                    chart.manifests.add(manifest);
                }
            }
        }
        return chart;
    }

    private static Path values(String name) {
        Path ofTests = Home.FOLDER.resolve("deploy/src/test/resources/chart/" + name + ".yaml");
        return Files.exists(ofTests) ? ofTests : Home.FOLDER.resolve("deploy/helm/values/" + name + ".yaml");
    }

    /** What each manifest that makes pods says of them, by the manifest's name. */
    Map<String, JsonNode> pods() {
        Map<String, JsonNode> pods = new LinkedHashMap<>();
        for (JsonNode manifest : manifests) {
            JsonNode pod = manifest.path("kind").asText().equals("Pod")
                    ? manifest.path("spec")
                    : manifest.at("/spec/template/spec");
            if (!pod.isMissingNode()) {
                pods.put(manifest.at("/metadata/name").asText(), pod);
            }
        }
        return pods;
    }

    List<JsonNode> all() {
        return List.copyOf(manifests);
    }

    JsonNode only(String kind, String name) {
        List<JsonNode> found = manifests.stream()
                .filter(manifest -> manifest.path("kind").asText().equals(kind))
                .filter(manifest -> manifest.at("/metadata/name").asText().equals(name))
                .toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " manifests are a " + kind + " named " + name);
        }
        return found.get(0);
    }

    /** Reads a manifest into Kubernetes' own model, and fails at a field that the model does not have. */
    static Object strictly(JsonNode manifest) throws IOException {
        Class<?> kind = KINDS.get(manifest.path("kind").asText());
        if (kind == null) {
            throw new AssertionError("no model for " + manifest.path("kind"));
        }
        ObjectMapper strict = new ObjectMapper()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                    /** The models put unknown fields aside; here they must be refused. */
                    @Override
                    public Boolean hasAnySetter(Annotated member) {
                        return false;
                    }
                });
        Object model = strict.treeToValue(manifest, kind);
        JsonNode again = strict.valueToTree(model);
        requireKept(manifest, again, kind.getSimpleName());
        return model;
    }

    /** The models keep unknown fields of some kinds aside; what is written must come back in its place. */
    private static void requireKept(JsonNode written, JsonNode read, String place) {
        written.properties().forEach(field -> {
            JsonNode value = field.getValue();
            boolean empty = value.isNull() || (value.isContainerNode() && value.isEmpty());
            if (!empty && read.path(field.getKey()).isMissingNode()) {
                throw new AssertionError(place + " has no field " + field.getKey());
            }
            requireKept(value, read.path(field.getKey()), place + "." + field.getKey());
        });
        for (int i = 0; written.isArray() && i < written.size(); i++) {
            requireKept(written.get(i), read.path(i), place + "[" + i + "]");
        }
    }
}
