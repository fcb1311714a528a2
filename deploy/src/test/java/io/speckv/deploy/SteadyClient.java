package io.speckv.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.server.ChannelSettings;
import io.speckv.kit.server.ServiceChannel;
import io.speckv.kit.server.TlsSettings;
import io.speckv.kit.settings.ByteSize;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that keep asking a release's router, by gRPC and by HTTP, and count what came back. */
final class SteadyClient implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 120;
    private static final long PAUSE_MILLIS = 200;
    private static final int SHOWN = 3;

    private final ServiceChannel channel;
    private final Release release;
    private final GenerateOnceRequest request;
    private final byte[] completion;
    private final AtomicInteger grpc = new AtomicInteger();
    private final AtomicInteger http = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads;
    private volatile boolean stopped;

    /** Requests that were asked, and what went wrong with those that failed. */
    record Tally(int grpc, int http, List<String> failures) {
        @Override
        public String toString() {
            String first = String.join("; ", failures.subList(0, Math.min(failures.size(), SHOWN)));
            return failures.size() + " failed of " + grpc + " by gRPC and " + http + " by HTTP " + first;
        }
    }

    private SteadyClient(Release release) throws IOException {
        this.release = release;
        request = Answers.once(Answers.request("speckv-pc"));
        completion = new ObjectMapper()
                .writeValueAsBytes(Map.of(
                        "model",
                        "speckv-tiny-target",
                        "prompt",
                        Files.readString(Answers.PROMPT),
                        "max_tokens",
                        12,
                        "speckv",
                        Map.of("method", "speckv-pc")));
        channel = ServiceChannel.open(reached(release), Map.of(), List.of());
        threads = List.of(new Thread(this::keepAskingGrpc), new Thread(this::keepAskingHttp));
    }

    /** Starts them, and returns when each has had an answer. */
    static SteadyClient start(Release release) throws IOException, InterruptedException {
        SteadyClient client = new SteadyClient(release);
        client.threads.forEach(Thread::start);
        client.awaitMore(1);
        return client;
    }

    /** The same way as the release's own services are reached. */
    private static ChannelSettings reached(Release release) {
        return new ChannelSettings(
                "dns:///" + release.router() + ":" + Service.ROUTER.port(),
                true,
                new TlsSettings(false, null, null, null, Duration.ofMinutes(1)),
                null,
                ByteSize.parse("4MiB"),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20));
    }

    /** Returns when both have asked so many more times. */
    void awaitMore(int requests) throws InterruptedException {
        int untilGrpc = grpc.get() + requests;
        int untilHttp = http.get() + requests;
        while (grpc.get() < untilGrpc || http.get() < untilHttp) {
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private void keepAskingGrpc() {
        while (!stopped) {
            try {
                String text = InferenceServiceGrpc.newBlockingStub(channel.channel())
                        .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .generateOnce(request)
                        .getAnswer()
                        .getText();
                note(grpc, "gRPC", text.contains(Answers.HIDDEN), text);
            } catch (StatusRuntimeException e) {
                note(grpc, "gRPC", false, e.getStatus().toString());
            }
            pause();
        }
    }

    private void keepAskingHttp() {
        while (!stopped) {
            try {
                String text = post();
                note(http, "HTTP", text.contains(Answers.HIDDEN), text);
            } catch (IOException e) {
                note(http, "HTTP", false, e.toString());
            }
            pause();
        }
    }

    private String post() throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create("http://" + release.router() + ":8080/v1/completions")
                        .toURL()
                        .openConnection();
        connection.setReadTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        // A connection for each request: what an idle one is told of its server's end is another story.
        connection.setRequestProperty("Connection", "close");
        try (var body = connection.getOutputStream()) {
            body.write(completion);
        }
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException(connection.getResponseCode() + " "
                    + new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private void note(AtomicInteger asked, String way, boolean right, String said) {
        if (!right) {
            failures.add(Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + way + ": " + said);
        }
        asked.incrementAndGet();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the asking and returns what came of it. */
    Tally stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        return new Tally(grpc.get(), http.get(), List.copyOf(failures));
    }

    @Override
    public void close() {
        stopped = true;
        channel.close();
    }
}
