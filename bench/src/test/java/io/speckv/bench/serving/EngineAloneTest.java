package io.speckv.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An engine that answers as the test says, in vLLM's words. */
class EngineAloneTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int[] PROMPT = {5, 6, 7};
    private static final String TOKEN = "data: {\"choices\":[{\"index\":0,\"text\":\"x\",\"token_ids\":[58]}]}\n\n";
    private static final String LENGTH =
            "data: {\"choices\":[{\"index\":0,\"text\":\"\",\"token_ids\":[],\"finish_reason\":\"length\"}]}\n\n";
    private static final String STOP =
            "data: {\"choices\":[{\"index\":0,\"text\":\"\",\"token_ids\":[2],\"finish_reason\":\"stop\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";
    private static final String MODELS = "{\"data\":[{\"id\":\"org/m\",\"owned_by\":\"vllm\",\"max_model_len\":600}]}";

    /** What becomes of one request. */
    private interface Reply {
        void to(HttpExchange exchange) throws IOException;
    }

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final Queue<JsonNode> asked = new ConcurrentLinkedQueue<>();
    private final Queue<String> keys = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/health", exchange -> say(exchange, 200, "application/json", "{}"));
        server.createContext("/version", exchange -> say(exchange, 200, "application/json", "{\"version\":\"0.9\"}"));
        server.createContext("/v1/models", exchange -> say(exchange, 200, "application/json", MODELS));
        server.createContext("/v1/completions", exchange -> {
            asked.add(JSON.readTree(exchange.getRequestBody()));
            keys.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            replies.remove().to(exchange);
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void say(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getResponseHeaders().add("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Reply events(String... events) {
        return exchange -> say(exchange, 200, "text/event-stream", String.join("", events));
    }

    /** Promises more than it sends. */
    private static Reply cutAfter(String events) {
        return exchange -> {
            byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
            exchange.sendResponseHeaders(200, bytes.length + 1000);
            exchange.getResponseBody().write(bytes);
            exchange.getResponseBody().flush();
            exchange.close();
        };
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private EngineAlone engine() throws IOException {
        return new EngineAlone(url(), null, null);
    }

    @Test
    void theEngineSaysWhatItIs() throws IOException {
        assertThat(engine().describe()).isEqualTo("vllm 0.9, m");
        assertThat(engine().contextTokens()).isEqualTo(600);
        assertThat(new EngineAlone(url(), null, 500).contextTokens()).isEqualTo(500);
    }

    @Test
    void aGreedyAnswerOfExactlySoManyTokensIsAskedFor() throws IOException {
        replies.add(events(TOKEN, TOKEN, LENGTH, DONE));
        AnswerTiming timing = engine().ask(PROMPT, 2);
        assertThat(timing.firstToken()).isPositive().isLessThanOrEqualTo(timing.total());
        JsonNode request = asked.remove();
        assertThat(request.path("model").asText()).isEqualTo("org/m");
        assertThat(request.path("prompt").toString()).isEqualTo("[5,6,7]");
        assertThat(request.path("max_tokens").asInt()).isEqualTo(2);
        assertThat(request.path("temperature").asDouble(1)).isZero();
        assertThat(request.path("ignore_eos").asBoolean()).isTrue();
        assertThat(request.path("stream").asBoolean()).isTrue();
    }

    @Test
    void theKeyIsSent() throws IOException {
        replies.add(events(TOKEN, LENGTH, DONE));
        Path key = Files.writeString(folder.resolve("key"), "secret\n");
        assertThat(new EngineAlone(url(), key, null).ask(PROMPT, 1)).isNotNull();
        assertThat(keys).containsExactly("Bearer secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            stop    | the engine ended before the tokens that were asked for: END_OF_TEXT
            nothing | the engine ended before the tokens that were asked for: null
            silent  | the engine ended before the tokens that were asked for: LENGTH
            error   | the engine fails: {"message":"out of memory"}
            strange | the engine sent what its kind does not: an answer ends for the reason 'tired'
            """)
    void anAnswerThatIsNotWhatWasAskedForIsNoFigure(String kind, String message) throws IOException {
        replies.add(
                switch (kind) {
                    case "stop" -> events(TOKEN, STOP, DONE);
                    case "nothing" -> events(TOKEN);
                    case "silent" -> events(LENGTH, DONE);
                    case "error" -> events(TOKEN, "data: {\"error\":{\"message\":\"out of memory\"}}\n\n", DONE);
                    default -> events(TOKEN, LENGTH.replace("length", "tired"), DONE);
                });
        EngineAlone engine = engine();
        assertThatThrownBy(() -> engine.ask(PROMPT, 2))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(message);
        assertThat(asked).as("asked once").hasSize(1);
    }

    @Test
    void aRefusalIsToldWithItsStatusAndWords() throws IOException {
        replies.add(exchange -> say(exchange, 400, "application/json", "{\"error\":\"too long\"}"));
        EngineAlone engine = engine();
        assertThatThrownBy(() -> engine.ask(PROMPT, 2))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("the engine refuses with status 400: ")
                .hasMessageContaining("too long");
    }

    /** As a connection that was idle for too long does. */
    @Test
    void anAnswerThatBreaksOffBeforeItsFirstTokenIsAskedForOnceMore() throws IOException {
        replies.add(HttpExchange::close);
        replies.add(events(TOKEN, LENGTH, DONE));
        assertThat(engine().ask(PROMPT, 1).total()).isPositive();
        assertThat(asked).hasSize(2);
        asked.clear();

        replies.add(HttpExchange::close);
        replies.add(HttpExchange::close);
        EngineAlone engine = engine();
        assertThatThrownBy(() -> engine.ask(PROMPT, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("the engine's answer broke off");
        assertThat(asked).hasSize(2);
    }

    @Test
    void anAnswerThatBreaksOffLaterIsNotAskedForAgain() throws IOException {
        replies.add(cutAfter(TOKEN));
        EngineAlone engine = engine();
        assertThatThrownBy(() -> engine.ask(PROMPT, 2))
                .isInstanceOf(IOException.class)
                .hasMessage("the engine's answer broke off");
        assertThat(asked).hasSize(1);
    }

    @Test
    void anEngineThatIsNotReadySaysWhy() throws IOException {
        server.removeContext("/health");
        server.createContext("/health", exchange -> say(exchange, 503, "application/json", "{\"error\":\"loading\"}"));
        assertThatThrownBy(this::engine)
                .isInstanceOf(IOException.class)
                .hasMessage("the engine says of its health: status 503, loading");
    }

    @Test
    void anEngineThatIsNotThereIsAnError() {
        URI nobody = url();
        server.stop(0);
        assertThatThrownBy(() -> new EngineAlone(nobody, null, null)).isInstanceOf(IOException.class);
    }

    @Test
    void aKeyThatIsNoneIsAnError() throws IOException {
        Path key = Files.writeString(folder.resolve("key"), "two words");
        assertThatThrownBy(() -> new EngineAlone(url(), key, null))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("must hold one key");
        assertThat(asked).isEmpty();
    }
}
