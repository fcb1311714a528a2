package io.speckv.router.renderer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatMessage;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/** The routes of an engine that lay chats out, on loopback: scripted, or by a template and a tokenizer of a test's own. */
public final class ScriptedRenderer implements AutoCloseable {
    public static final String VLLM = "/v1/chat/completions/render";
    public static final String VLLM_LONG = "/tokenize";
    public static final String DERENDER = "/v1/chat/completions/derender";
    public static final String LLAMA_CPP = "/apply-template";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpServer server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    public final Queue<Asked> asked = new ConcurrentLinkedQueue<>();

    /** A request. */
    public record Asked(String path, String key, JsonNode body) {}

    /** An answer. */
    public record Said(int status, String body) {}

    /** What answers one request. */
    public interface Script {
        Said answer(Asked asked) throws IOException;
    }

    public ScriptedRenderer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "scripted-renderer");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::serve);
        server.start();
    }

    /** Answers as both engines would that serve this model, as far as a chat is laid out. */
    public static ScriptedRenderer of(ChatTemplate template, Tokenizer tokenizer) {
        ScriptedRenderer renderer = new ScriptedRenderer();
        Script ids = asked -> {
            int[] tokens = tokenizer
                    .encode(text(template, asked.body()), SpecialTokens.EXCLUDED)
                    .ids();
            return new Said(
                    200,
                    "{\"token_ids\":%1$s,\"tokens\":%1$s}"
                            .formatted(Arrays.toString(tokens).replace(" ", "")));
        };
        renderer.on(VLLM, ids);
        renderer.on(
                LLAMA_CPP,
                asked -> new Said(
                        200,
                        JSON.createObjectNode()
                                .put("prompt", text(template, asked.body()))
                                .toString()));
        renderer.on(
                VLLM_LONG, asked -> asked.body().has("content") ? new Said(200, "{\"tokens\":[]}") : ids.answer(asked));
        return renderer;
    }

    /** As engines do, with what they are sent in OpenAI's form. */
    private static String text(ChatTemplate template, JsonNode body) {
        List<ChatMessage> messages = new ArrayList<>();
        for (JsonNode message : body.path("messages")) {
            Map<String, Object> attributes = new LinkedHashMap<>();
            message.properties().forEach(entry -> {
                if (!entry.getKey().equals("role") && !entry.getKey().equals("content")) {
                    attributes.put(entry.getKey(), JSON.convertValue(entry.getValue(), Object.class));
                }
            });
            JsonNode content = message.path("content");
            messages.add(new ChatMessage(
                    message.path("role").asText(), content.isTextual() ? content.asText() : null, attributes));
        }
        Map<String, Object> variables = new LinkedHashMap<>();
        for (String field : List.of("tools", "documents", "add_generation_prompt")) {
            if (body.has(field)) {
                variables.put(field, JSON.convertValue(body.get(field), Object.class));
            }
        }
        body.path("chat_template_kwargs")
                .properties()
                .forEach(entry -> variables.put(entry.getKey(), JSON.convertValue(entry.getValue(), Object.class)));
        return template.render(messages, variables);
    }

    public ScriptedRenderer on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    /** Returns what answers a route so far. */
    public Script script(String path) {
        return Objects.requireNonNull(scripts.get(path));
    }

    /** Has a route answer once as before, and then only this. */
    public void breakAfterOne(String path, Said broken) {
        Script before = script(path);
        AtomicBoolean first = new AtomicBoolean(true);
        scripts.put(path, asked -> first.getAndSet(false) ? before.answer(asked) : broken);
    }

    /** Answers as a real engine once did. */
    public static Script recorded(String name) {
        return asked -> {
            String text = Files.readString(Path.of("src/test/testdata/renderer").resolve(name + ".txt"));
            int head = text.indexOf("\n\n");
            return new Said(Integer.parseInt(text.substring(0, text.indexOf(' '))), text.substring(head + 2));
        };
    }

    /** Returns what has its parsers read answers. */
    public AnswerDerenderer derenderer() {
        return new AnswerDerenderer(RendererCalls.to(new RendererSettings(
                RendererSettings.Kind.VLLM,
                url(),
                "tiny",
                null,
                false,
                null,
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                1,
                true)));
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Returns how often a route was asked. */
    public long count(String path) {
        return asked.stream().filter(one -> one.path().equals(path)).count();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            Asked request = new Asked(
                    exchange.getRequestURI().getPath(),
                    String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")),
                    JSON.readTree(exchange.getRequestBody()));
            asked.add(request);
            Said said = scripts.getOrDefault(request.path(), unknown -> new Said(404, "{\"detail\":\"Not Found\"}"))
                    .answer(request);
            byte[] bytes = said.body().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(said.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
