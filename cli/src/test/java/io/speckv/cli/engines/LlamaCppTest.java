package io.speckv.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.gguf.GgufWriter;
import io.speckv.cli.CommandRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** llama.cpp's own server. */
class LlamaCppTest extends AnswersBehindTheRouter {
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
        return serving(model);
    }

    private static RealEngine serving(Path model) throws IOException {
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

    /** Small shapes: what counts is that the models that are written can be served, and that both ways are measured. */
    @Test
    void theBenchmarkOfEnginesMeasuresModelsOfItsOwn(@TempDir Path weights) throws IOException {
        List<String> models = List.of(
                "--shape=qwen2.5-60m-2l",
                "--draft-shape=qwen2.5-60m-1l",
                "--tokenizer=" + TARGET,
                "--weights=" + weights);
        CommandRun written = bench(models);
        assertThat(written.status()).as(written.err()).isZero();
        Matcher file = Pattern.compile("-m (\\S+\\.gguf)").matcher(written.out());
        assertThat(file.find()).as(written.out()).isTrue();
        Path figures = weights.resolve("figures.json");
        try (RealEngine engine = serving(Path.of(file.group(1)))) {
            engine.awaitHealth();
            CommandRun run = bench(
                    models,
                    "--engine=" + engine.url(),
                    "--prompt=300,600",
                    "--keep-tokens=100",
                    "--lookahead=4",
                    "--new-tokens=3",
                    "--rounds=1",
                    "--passing-rounds=3",
                    "--json=" + figures);

            assertThat(run.status()).as(run.err() + engine.said()).isZero();
            assertThat(run.out())
                    .contains("llama-cpp", "random-qwen2.5-60m-2l-q8_0.gguf", "draft random-qwen2.5-60m-1l");
        }
        JsonNode lines = JsonMapper.builder().build().readTree(figures.toFile()).path("lines");
        assertThat(lines).hasSize(2).allSatisfy(line -> {
            assertThat(line.path("aloneFirst").asDouble()).isPositive();
            assertThat(line.path("behindFirst").asDouble())
                    .isGreaterThan(line.path("draftSeconds").asDouble());
            assertThat(line.path("behindTotal").asDouble())
                    .isGreaterThan(line.path("behindFirst").asDouble());
        });
    }

    private static CommandRun bench(List<String> models, String... more) {
        List<String> all = new ArrayList<>(List.of("bench", "engines"));
        all.addAll(models);
        all.addAll(List.of(more));
        return CommandRun.of(all.toArray(new String[0]));
    }

    @Override
    String renderer() {
        return "llama-cpp";
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
