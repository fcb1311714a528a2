package io.speckv.bench.peers;

import io.speckv.engine.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Jlama with its native kernels, in a JVM of its own.
 *
 * @param java a {@code java} command of version 22 or newer
 */
public record Jlama(PeerInstall install, String java) implements Peer {
    private static final String JAR = "jlama-core-0.8.4.jar";

    @Override
    public String label() {
        return "jlama";
    }

    @Override
    public List<PeerSpeed> measure(PeerWorkload workload) throws PeerUnavailableException, IOException {
        if (workload.precision() != Precision.BF16) {
            throw new PeerUnavailableException("has no " + workload.precision() + " weights to compare; use bf16");
        }
        Path jars = install.require(label(), JAR).resolveSibling("*");
        List<String> command = new ArrayList<>(List.of(
                java,
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Djdk.incubator.vector.VECTOR_ACCESS_OOB_CHECK=0",
                "-cp",
                jars.toString(),
                install.script(label(), "JlamaSpeed.java").toString(),
                workload.checkpoint().toString(),
                workload.shape().architecture().modelType()));
        command.addAll(workload.arguments());
        return PeerProcess.run(command, workload.prompts().size());
    }
}
