package io.speckv.cli.engines;

import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** llama.cpp's own server. */
class LlamaCppTest extends BehindTheRouter {
    private static final Path SERVER = RealEngine.installed("llama-cpp/bin/llama-server");

    @Override
    boolean isInstalled() {
        return Files.isExecutable(SERVER);
    }

    @Override
    String installer() {
        return "evals/engines/install-llama-cpp";
    }

    @Override
    RealEngine start() throws IOException {
        Path model = folder.resolve("target.gguf");
        if (!Files.exists(model)) {
            GgufWriter.writeWithTokenizer(TARGET, GgufType.F32, model);
        }
        // A small batch, because a cancel bites between two of them.
        return RealEngine.start(
                folder,
                List.of(
                        SERVER.toString(),
                        "-m",
                        model.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "PORT",
                        "-t",
                        "1",
                        "-c",
                        "8192",
                        "-np",
                        "2",
                        "-b",
                        "256",
                        "--metrics"),
                Map.of());
    }

    @Override
    double running(RealEngine engine) throws IOException, InterruptedException {
        return engine.metric("llamacpp:requests_processing");
    }

    @Override
    double generated(RealEngine engine) throws IOException, InterruptedException {
        return engine.metric("llamacpp:tokens_predicted_total");
    }
}
