package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bundled draft and a real router in front of an engine that answers at once. */
class EnginesBenchTest {
    private static final Path MODELS =
            Path.of(System.getProperty("speckv.golden")).resolveSibling("models");
    private static final Path TARGET = MODELS.resolve("speckv-tiny-target");

    /** As much of a vLLM as is asked. */
    private static final class Engine implements AutoCloseable {
        private static final JsonMapper JSON = JsonMapper.builder().build();
        private final Tokenizer tokenizer = Tokenizer.open(TARGET);
        private final HttpServer server;
        private final int missing;
        final Queue<Integer> promptLengths = new ConcurrentLinkedQueue<>();
        volatile String models = "{\"data\":[{\"id\":\"m\",\"owned_by\":\"vllm\",\"max_model_len\":600}]}";
        final AtomicBoolean cutsNext = new AtomicBoolean();

        /** @param missing tokens of each answer */
        Engine(int missing) throws IOException {
            this.missing = missing;
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newCachedThreadPool());
            server.createContext("/health", exchange -> say(exchange, "application/json", "{}"));
            server.createContext("/version", exchange -> say(exchange, "application/json", "{\"version\":\"0\"}"));
            server.createContext("/v1/models", exchange -> say(exchange, "application/json", models));
            server.createContext("/tokenize", exchange -> {
                String text =
                        JSON.readTree(exchange.getRequestBody()).path("prompt").asText();
                int[] ids = tokenizer.encode(text, SpecialTokens.EXCLUDED).ids();
                say(exchange, "application/json", "{\"tokens\":" + Arrays.toString(ids) + "}");
            });
            server.createContext("/v1/completions", this::complete);
            server.start();
        }

        private void complete(HttpExchange exchange) throws IOException {
            JsonNode asked = JSON.readTree(exchange.getRequestBody());
            if (cutsNext.getAndSet(false)) {
                exchange.close();
                return;
            }
            promptLengths.add(asked.path("prompt").size());
            StringBuilder events = new StringBuilder();
            for (int i = missing; i < asked.path("max_tokens").asInt(); i++) {
                events.append("data: {\"choices\":[{\"index\":0,\"text\":\"x\",\"token_ids\":[58]}]}\n\n");
            }
            events.append(
                            "data: {\"choices\":[{\"index\":0,\"text\":\"\",\"token_ids\":[],\"finish_reason\":\"length\"}]}\n\n")
                    .append("data: {\"choices\":[],\"usage\":{\"completion_tokens\":3}}\n\ndata: [DONE]\n\n");
            say(exchange, "text/event-stream", events.toString());
        }

        private static void say(HttpExchange exchange, String type, String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            try (exchange) {
                exchange.getResponseHeaders().add("Content-Type", type);
                exchange.sendResponseHeaders(200, bytes.length);
                exchange.getResponseBody().write(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        EnginesBench bench() throws IOException, InterruptedException {
            return bench(null);
        }

        EnginesBench bench(@Nullable Integer contextTokens) throws IOException, InterruptedException {
            return new EnginesBench(new EnginesBench.Setup(
                    URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                    null,
                    contextTokens,
                    TARGET,
                    MODELS.resolve("speckv-tiny-draft"),
                    List.of("--model.dtype=fp32"),
                    100,
                    2,
                    3));
        }

        @Override
        public void close() {
            server.stop(0);
            tokenizer.close();
        }
    }

    @Test
    void theEngineReadsPromptsWholeAloneAndAsMuchAsIsKeptBehindTheDraft() throws Exception {
        try (Engine engine = new Engine(0);
                EnginesBench bench = engine.bench()) {
            assertThat(bench.engine()).isEqualTo("vllm 0, m");
            assertThat(bench.longestPrompt()).isEqualTo(597);
            bench.warmUp(1, 1);
            engine.promptLengths.clear();
            engine.cutsNext.set(true); // as if the connection had been idle for too long
            EnginesBench.Line line = bench.measure(400, 2, 3);

            assertThat(engine.promptLengths)
                    .as("two rounds of both ways in turns, one to fill the cache, three of each way that pass whole")
                    .containsExactly(400, 100, 400, 100, 400, 400, 400, 400, 400, 400, 400);
            assertThat(line.promptTokens()).isEqualTo(400);
            assertThat(line.aloneFirst()).isPositive().isLessThanOrEqualTo(line.aloneTotal());
            assertThat(line.behindFirst()).isGreaterThan(line.draftSeconds()).isLessThanOrEqualTo(line.behindTotal());
            assertThat(line.draftSeconds()).isPositive();
            assertThat(line.cachedFirst()).isPositive();
        }
    }

    @Test
    void theContextIsWhatIsSaidOfAnEngineThatDoesNotSayItself() throws Exception {
        try (Engine engine = new Engine(0)) {
            engine.models = "{\"data\":[{\"id\":\"m\",\"owned_by\":\"somebody\"}]}";
            assertThatThrownBy(engine::bench).hasMessageContaining("set limits.context-tokens");
            try (EnginesBench bench = engine.bench(500)) {
                assertThat(bench.longestPrompt()).isEqualTo(497);
            }
        }
    }

    @Test
    void anAnswerThatEndsTooEarlyIsNoFigure() throws Exception {
        try (Engine engine = new Engine(1);
                EnginesBench bench = engine.bench()) {
            assertThatThrownBy(() -> bench.warmUp(1, 1))
                    .rootCause()
                    .hasMessageContaining("before the tokens that were asked for");
        }
    }
}
