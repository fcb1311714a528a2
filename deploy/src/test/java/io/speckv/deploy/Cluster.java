package io.speckv.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running Kubernetes, asked by its own commands.
 *
 * @param folder that {@code deploy/cluster/up} was given
 */
record Cluster(Path folder) {
    /** Environment variable that names the folder; {@code deploy/cluster/test} sets it. */
    static final String FOLDER = "SPECKV_CLUSTER";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** What a command said. */
    record Said(int status, String out, String err) {}

    static Cluster running() {
        return new Cluster(Path.of(System.getenv(FOLDER)));
    }

    /** Returns what kubectl prints, and fails with what it complains of. */
    String kubectl(String... arguments) {
        return succeeded(command("kubectl", arguments));
    }

    JsonNode json(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("-o", "json"));
        try {
            return JSON.readTree(kubectl(all.toArray(String[]::new)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String helm(String... arguments) {
        return succeeded(command(folder.resolve("bin/helm").toString(), arguments));
    }

    /** Returns what helm prints, and what it passes on of the pods of hooks, which goes to its other output. */
    String helmAndHooks(String... arguments) {
        Said said = command(folder.resolve("bin/helm").toString(), arguments);
        return succeeded(said) + said.err();
    }

    /** Gives an image that the node holds a second name. */
    void tag(String image, String name) {
        List<String> images = List.of(
                "--address",
                folder.resolve("state/containerd/containerd.sock").toString(),
                "--namespace",
                "k8s.io",
                "images",
                "tag",
                "--force",
                "docker.io/" + image,
                "docker.io/" + name);
        succeeded(command(folder.resolve("bin/ctr").toString(), images.toArray(String[]::new)));
    }

    private static String succeeded(Said said) {
        if (said.status() != 0) {
            throw new IllegalStateException("status " + said.status() + ": " + said.err() + said.out());
        }
        return said.out();
    }

    /** Returns what a command says, whatever its status. */
    Said command(String program, String... arguments) {
        List<String> line = new ArrayList<>(List.of(program));
        line.addAll(Arrays.asList(arguments));
        try {
            Path err = Files.createTempFile("speckv-cluster", ".err");
            ProcessBuilder builder = new ProcessBuilder(line).redirectError(err.toFile());
            builder.environment()
                    .put("KUBECONFIG", folder.resolve("state/admin.kubeconfig").toString());
            builder.environment()
                    .put("KUBECACHEDIR", folder.resolve("state/kubectl").toString());
            Process process = builder.start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Said said = new Said(process.waitFor(), out, Files.readString(err));
            Files.delete(err);
            return said;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + line + " ran", e);
        }
    }
}
