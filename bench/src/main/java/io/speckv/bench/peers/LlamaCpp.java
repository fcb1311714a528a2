package io.speckv.bench.peers;

import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** llama.cpp as prebuilt for Node.js. Its precision for int8 is q8_0. */
public record LlamaCpp(PeerInstall install) implements Peer {
    @Override
    public String label() {
        return "llama.cpp";
    }

    @Override
    public List<PeerSpeed> measure(PeerWorkload workload) throws PeerUnavailableException, IOException {
        Path modules = install.require(label(), "node_modules");
        List<String> command = new ArrayList<>(List.of(
                "node",
                install.script(label(), "speed.mjs").toString(),
                modules.resolveSibling("").toString(),
                gguf(workload).toString()));
        command.addAll(workload.arguments());
        return PeerProcess.run(command, workload.prompts().size());
    }

    /** Returns the converted checkpoint; the first call writes it. */
    private static Path gguf(PeerWorkload workload) throws PeerUnavailableException, IOException {
        GgufType type = switch (workload.precision()) {
            case FP32 -> GgufType.F32;
            case INT8 -> GgufType.Q8_0;
            case AUTO, BF16 -> GgufType.BF16;
        };
        Path file = workload.checkpoint().resolve("model-" + type.name().toLowerCase(Locale.ROOT) + ".gguf");
        if (!Files.exists(file)) {
            try {
                GgufWriter.write(workload.checkpoint(), type, file);
            } catch (IllegalArgumentException e) {
                throw new PeerUnavailableException("no GGUF of this checkpoint: " + e.getMessage(), e);
            }
        }
        return file;
    }
}
