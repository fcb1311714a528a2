package io.speckv.engineclient;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A server on loopback that reads one request a connection and lets a test write whatever it likes, byte by byte. */
final class LoopbackEngine implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(20);

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /** Requests so far that no test has taken: their head, an empty line and their body. */
    final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    /** Writes the answer to one request. The connection is closed when it returns. */
    interface Script {
        void answer(Line line) throws IOException;
    }

    LoopbackEngine(Script script) {
        this.script = script;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** A server that answers every request with the same text. */
    static LoopbackEngine answering(String response) {
        return new LoopbackEngine(line -> line.write(response));
    }

    URI url() {
        return URI.create("http://localhost:" + server.getLocalPort());
    }

    EngineClient client() {
        return client(null);
    }

    EngineClient client(@Nullable Path keyFile) {
        return new EngineClient(new EngineConnection(url(), keyFile, null, CONNECT));
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                start(() -> serve(socket));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Line line = new Line(socket);
            asked.add(line.request());
            script.answer(line);
        } catch (IOException e) {
            // The client went away.
        } finally {
            open.remove(socket);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "loopback-engine");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    /** One connection. */
    static final class Line {
        private final Socket socket;
        private final InputStream in;

        private Line(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
        }

        private String request() throws IOException {
            StringBuilder text = new StringBuilder();
            int length = 0;
            for (String header = header(); !header.isEmpty(); header = header()) {
                text.append(header).append('\n');
                if (header.startsWith("Content-Length:")) {
                    length = Integer.parseInt(header.substring(15).strip());
                }
            }
            return text.append('\n')
                    .append(new String(in.readNBytes(length), StandardCharsets.UTF_8))
                    .toString();
        }

        private String header() throws IOException {
            StringBuilder header = new StringBuilder();
            for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
                if (next != '\r') {
                    header.append((char) next);
                }
            }
            return header.toString();
        }

        void write(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
        }

        void openStream() throws IOException {
            write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
        }

        void chunk(String text) throws IOException {
            write(Integer.toHexString(text.getBytes(StandardCharsets.UTF_8).length) + "\r\n" + text + "\r\n");
        }

        void end() throws IOException {
            write("0\r\n\r\n");
        }

        /** Returns once the client has closed the connection. */
        void awaitClosed() {
            try {
                while (in.read() >= 0) {
                    // Nothing more is sent by a client that waits for its answer.
                }
            } catch (IOException e) {
                // Closed the hard way.
            }
        }
    }
}
