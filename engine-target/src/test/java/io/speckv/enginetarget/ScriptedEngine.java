package io.speckv.enginetarget;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An engine's HTTP server on loopback whose every answer a test scripts, down to when a connection breaks off. */
final class ScriptedEngine implements AutoCloseable {
    static final Path MODEL = Path.of(System.getProperty("speckv.golden"))
            .resolveSibling("models")
            .resolve("speckv-tiny-target");

    private final ServerSocket server;
    private final Tokenizer tokenizer = Tokenizer.open(MODEL);
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    final Queue<Asked> asked = new ConcurrentLinkedQueue<>();

    /** A request. */
    record Asked(String path, Map<String, String> headers, String body) {
        JsonNode json() {
            return EngineReply.json(body);
        }
    }

    /** What answers one request. */
    interface Script {
        void answer(Asked asked, Wire wire) throws IOException;
    }

    ScriptedEngine() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        on("/health", (request, wire) -> wire.json(200, "{\"status\":\"ok\"}"));
        on("/tokenize", this::tokenize);
        start("scripted-engine", this::accept);
    }

    /** A vLLM that serves a model of a name, as far as it is asked what it is. */
    static ScriptedEngine vllm(String model) {
        return new ScriptedEngine().serves(model, 4096);
    }

    /** Says from now on that it serves another model. */
    ScriptedEngine serves(String model, int contextTokens) {
        on("/version", (request, wire) -> wire.json(200, "{\"version\":\"0.32.0\"}"));
        on(
                "/v1/models",
                (request, wire) -> wire.json(
                        200,
                        "{\"object\":\"list\",\"data\":[{\"id\":\"%s\",\"owned_by\":\"vllm\",\"max_model_len\":%d}]}"
                                .formatted(model, contextTokens)));
        return this;
    }

    /** A llama.cpp as it was recorded. */
    static ScriptedEngine llamaCpp() {
        ScriptedEngine engine = new ScriptedEngine();
        engine.on("/health", recorded("llama-cpp/health"));
        engine.on("/v1/models", recorded("llama-cpp/models"));
        engine.on("/props", recorded("llama-cpp/props"));
        return engine;
    }

    ScriptedEngine on(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    /** Answers as a real engine once did. */
    static Script recorded(String name) {
        return (request, wire) -> {
            Recording recording = Recording.read(name);
            if (recording.isStream()) {
                wire.openStream();
                wire.raw(recording.body());
                wire.end();
            } else {
                wire.json(recording.status(), recording.body());
            }
        };
    }

    URI url() {
        return URI.create("http://localhost:" + server.getLocalPort());
    }

    /** Returns the requests for a completion so far, oldest first. */
    java.util.List<Asked> completions() {
        return asked.stream()
                .filter(request ->
                        request.path().endsWith("completions") || request.path().endsWith("completion"))
                .toList();
    }

    /** Breaks every connection off, as a process that was killed. */
    void cutAll() {
        open.forEach(ScriptedEngine::closeQuietly);
    }

    private void tokenize(Asked request, Wire wire) throws IOException {
        JsonNode body = request.json();
        String text = body.path(body.has("prompt") ? "prompt" : "content").asText();
        int[] ids = tokenizer.encode(text, SpecialTokens.EXCLUDED).ids();
        wire.json(200, "{\"tokens\":" + Arrays.toString(ids) + "}");
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                start("scripted-engine-connection", () -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (Asked request = read(in); request != null; request = read(in)) {
                asked.add(request);
                Script script = scripts.getOrDefault(
                        request.path(), (unknown, wire) -> wire.json(404, "{\"detail\":\"Not Found\"}"));
                script.answer(request, new Wire(socket, in));
            }
        } catch (IOException e) {
            // The client went away, or the script cut the connection.
        } finally {
            open.remove(socket);
        }
    }

    private static @org.jspecify.annotations.Nullable Asked read(InputStream in) throws IOException {
        String first = line(in);
        if (first.isEmpty()) {
            return null;
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(
                    header.substring(0, colon).toLowerCase(Locale.ROOT),
                    header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Asked(first.split(" ", -1)[1], headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cutAll();
        tokenizer.close();
    }

    /** An exchange with a real engine: status and content type, an empty line, the body. */
    record Recording(int status, String type, String body) {
        static Recording read(String name) {
            try {
                String text = Files.readString(Path.of("src/test/testdata").resolve(name + ".txt"));
                int head = text.indexOf("\n\n");
                String[] first = text.substring(0, head).split(" ", 2);
                return new Recording(Integer.parseInt(first[0]), first[1], text.substring(head + 2));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isStream() {
            return type.startsWith("text/event-stream");
        }
    }

    /** The answering side of a connection. */
    static final class Wire {
        private final Socket socket;
        private final InputStream in;

        private Wire(Socket socket, InputStream in) {
            this.socket = socket;
            this.in = in;
        }

        void json(int status, String body, String... headers) throws IOException {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            StringBuilder head =
                    new StringBuilder("HTTP/1.1 " + status + " said\r\nContent-Type: application/json\r\n");
            Arrays.stream(headers).forEach(header -> head.append(header).append("\r\n"));
            head.append("Content-Length: ").append(bytes.length).append("\r\n\r\n");
            write(head.toString());
            socket.getOutputStream().write(bytes);
        }

        void openStream() throws IOException {
            write(
                    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void event(String data) throws IOException {
            raw("data: " + data + "\n\n");
        }

        /** Sends one chunk. */
        void raw(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            write(Integer.toHexString(bytes.length) + "\r\n");
            socket.getOutputStream().write(bytes);
            write("\r\n");
        }

        void end() throws IOException {
            write("0\r\n\r\n");
        }

        void cut() throws IOException {
            socket.close();
        }

        /** Waits until the client has closed the connection. */
        void awaitClosed() throws IOException {
            try {
                while (in.read() >= 0) {
                    // Nothing more is sent on a connection that waits for its answer.
                }
            } catch (IOException e) {
                // Closed the hard way.
            }
        }

        private void write(String text) throws IOException {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }
}
