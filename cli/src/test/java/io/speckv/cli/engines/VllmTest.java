package io.speckv.cli.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** vLLM's own server, in its build for CPUs. */
class VllmTest extends BehindTheRouter {
    private static final Path INSTALLED = RealEngine.installed("vllm/installed");
    private static final Path SERVER = RealEngine.installed("vllm/venv/bin/vllm");

    @Override
    boolean isInstalled() {
        return Files.exists(INSTALLED);
    }

    @Override
    String installer() {
        return "evals/engines/install-vllm";
    }

    @Override
    RealEngine start() throws IOException {
        return RealEngine.start(
                folder,
                List.of(
                        SERVER.toString(),
                        "serve",
                        TARGET.toString(),
                        "--served-model-name",
                        "tiny",
                        "--dtype",
                        "float32",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "PORT",
                        "--max-model-len",
                        "8192",
                        "--max-num-seqs",
                        "4",
                        "--enforce-eager",
                        "--enable-prompt-tokens-details"),
                Map.of(
                        "VLLM_CPU_KVCACHE_SPACE", "1",
                        "VLLM_CPU_OMP_THREADS_BIND", "nobind",
                        "OMP_NUM_THREADS", "1",
                        "HF_HUB_OFFLINE", "1",
                        "VLLM_NO_USAGE_STATS", "1"));
    }

    @Override
    double running(RealEngine engine) throws IOException, InterruptedException {
        return engine.metric("vllm:num_requests_running") + engine.metric("vllm:num_requests_waiting");
    }

    @Override
    double generated(RealEngine engine) throws IOException, InterruptedException {
        return engine.metric("vllm:generation_tokens_total");
    }
}
