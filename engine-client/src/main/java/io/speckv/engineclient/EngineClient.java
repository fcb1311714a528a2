package io.speckv.engineclient;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Asks one engine. The key file is read for every request, so a rotated key is used at once. Thread-safe. */
public final class EngineClient {
    /** Most bytes of an answer that a model did not generate; lists of models are the longest. */
    private static final int SMALL_BYTES_MOST = 4 << 20;

    private final EngineConnection connection;
    private final HttpClient http;

    /**
     * @throws IllegalArgumentException if the trusted certificates cannot be used
     */
    public EngineClient(EngineConnection connection) {
        this.connection = connection;
        // Without TLS the client would offer an upgrade to HTTP/2, which engines do not know.
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connection.connectTimeout());
        if (connection.trustedCertificates() != null) {
            builder.sslContext(trusting(connection.trustedCertificates()));
        }
        this.http = builder.build();
    }

    /** Asks for a small answer; fails with an {@link IOException} if none comes in time or the answer is longer than 4 MiB. */
    public CompletableFuture<EngineReply> get(String path, Duration within) {
        return whole(path, within, null, SMALL_BYTES_MOST);
    }

    /** Sends JSON and gets a small answer; fails with an {@link IOException} if none comes in time or one beyond 4 MiB. */
    public CompletableFuture<EngineReply> post(String path, JsonNode body, Duration within) {
        return post(path, body, within, SMALL_BYTES_MOST);
    }

    /**
     * Sends JSON and gets one answer; fails with an {@link IOException} if none comes in time or the answer is longer than
     * {@code bytesMost}. Cancelling the returned future closes the connection.
     *
     * @param bytesMost of the answer
     */
    public CompletableFuture<EngineReply> post(String path, JsonNode body, Duration within, int bytesMost) {
        return whole(path, within, body, bytesMost);
    }

    private CompletableFuture<EngineReply> whole(String path, Duration within, @Nullable JsonNode body, int bytesMost) {
        HttpRequest.Builder request;
        try {
            request = request(path, body).timeout(within);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<HttpResponse<String>> sent =
                http.sendAsync(request.build(), response -> new SmallBody(path, bytesMost));
        CompletableFuture<EngineReply> read =
                sent.thenApply(response -> EngineReply.of(response.statusCode(), response.headers(), response.body()));
        // The request's own time limit ends with the headers.
        CompletableFuture<EngineReply> inTime = read.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return CompletableFuture.failedFuture(
                            cause instanceof TimeoutException
                                    ? new HttpTimeoutException(
                                            "no whole answer to " + path + " within " + within.toMillis() + " ms")
                                    : cause);
                });
        var unused = inTime.whenComplete((reply, failure) -> sent.cancel(true));
        return inTime;
    }

    /**
     * Sends JSON and opens the answer's stream of events.
     *
     * @throws IOException if the key cannot be read
     */
    public EngineStream stream(String path, JsonNode body, EngineStream.Listener listener) throws IOException {
        EngineStream stream = new EngineStream(listener);
        stream.open(
                http, request(path, body).header("Accept", "text/event-stream").build());
        return stream;
    }

    private HttpRequest.Builder request(String path, @Nullable JsonNode body) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(connection.route(path));
        if (connection.keyFile() != null) {
            request.header("Authorization", "Bearer " + key(connection.keyFile()));
        }
        return body == null
                ? request.GET()
                : request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body.toString()));
    }

    private static String key(Path file) throws IOException {
        String key = Files.readString(file).strip();
        if (key.isEmpty() || key.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IOException("key-file " + file + " must hold one key of printable ASCII characters");
        }
        return key;
    }

    private static SSLContext trusting(Path authorities) {
        try (InputStream in = Files.newInputStream(authorities)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + store.size(), authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "cannot use trusted-certificates " + authorities + ": " + e.getMessage(), e);
        }
    }
}
