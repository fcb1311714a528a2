package io.speckv.bench.peers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** vLLM's build for CPUs, as {@code evals/engines/install-vllm} installs it. It cannot run plain weights in int8. */
public record Vllm(PeerInstall install) implements Peer {
    @Override
    public String label() {
        return "vllm";
    }

    @Override
    public List<PeerSpeed> measure(PeerWorkload workload) throws PeerUnavailableException, IOException {
        Path python = install.require(label(), "venv/bin/python");
        String dtype = switch (workload.precision()) {
            case FP32 -> "float32";
            case INT8 -> throw new PeerUnavailableException("no int8 that it makes of a plain checkpoint");
            case AUTO, BF16 -> "bfloat16";
        };
        List<String> command = new ArrayList<>(List.of(
                python.toString(),
                install.script(label(), "speed.py").toString(),
                workload.checkpoint().toString(),
                dtype));
        command.addAll(workload.arguments());
        return PeerProcess.run(command, workload.prompts().size());
    }
}
