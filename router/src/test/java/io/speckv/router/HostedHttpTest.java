package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.speckv.kit.server.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router's own HTTP port, which reaches its services inside the process. */
class HostedHttpTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String ASK = """
        {"prompt": "abc", "max_tokens": 4, "speckv": {"method": "full"}}\
        """;
    private static final String STREAM = """
        {"prompt": "abc", "max_tokens": 4, "stream": true, "speckv": {"method": "full"}}\
        """;

    @Test
    void answersOpenAiRequestsWithTheRoutersOwnServices() throws Exception {
        try (RouterRig rig = RouterRig.start("--http.port=0")) {
            HttpResponse<String> answer = send(completion(rig, ASK));

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"text\":\"0 1 2 3 \"");
        }
    }

    @Test
    void modelsAreListedBeforeAnyTargetWasReached() throws Exception {
        try (RouterRig rig = RouterRig.startUnchecked(
                "--http.port=0", "--models={far: {aliases: [away], target: {channel: {target: 127.0.0.1:1}}}}")) {
            HttpResponse<String> listed = send(get(rig, "/v1/models"));

            assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
            assertThat(listed.body())
                    .contains("\"id\":\"far\"", "\"aliases\":[\"away\"]", "\"ready\":false")
                    .contains("\"not_ready_reason\":\"no target has described itself yet");
            assertThat(send(get(rig, "/v1/models/away")).statusCode()).isEqualTo(200);
            assertThat(send(get(rig, "/health")).statusCode()).isEqualTo(503);
            HttpResponse<String> refused = send(completion(rig, ASK));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(refused.body()).contains("\"code\":\"no_target\"");
        }
    }

    @Test
    void aModelThatItsTargetIsToNameIsListedOnceItHas() throws Exception {
        try (RouterRig rig = RouterRig.startUnchecked("--http.port=0", "--target.channel.target=127.0.0.1:1")) {
            assertThat(send(get(rig, "/v1/models")).body()).isEqualTo("{\"object\":\"list\",\"data\":[]}");
        }
    }

    @Test
    void hasNoPortUnlessAskedFor() {
        try (RouterRig rig = RouterRig.start()) {
            assertThat(rig.router.httpPort()).isEqualTo(-1);
        }
    }

    @Test
    void asksForTheSameTokens(@TempDir Path folder) throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "open-sesame-open-sesame\n");
        try (RouterRig rig = RouterRig.startUnchecked("--http.port=0", "--server.tokens-file=" + tokens)) {
            RouterRig.await(() -> status(get(rig, "/health")) == 200, "the router does not serve");

            assertThat(status(completion(rig, ASK))).isEqualTo(401);
            assertThat(status(completion(rig, ASK).header("Authorization", "Bearer open-says-me-open-says-me")))
                    .isEqualTo(401);
            assertThat(status(get(rig, "/v1/models"))).isEqualTo(401);
            assertThat(status(completion(rig, ASK).header("Authorization", "Bearer open-sesame-open-sesame")))
                    .isEqualTo(200);
        }
    }

    @Test
    void continuesTheCallersTrace() throws Exception {
        String trace = "0af7651916cd43dd8448eb211c80319c";
        try (RouterRig rig = RouterRig.start("--http.port=0")) {
            HttpResponse<String> answer =
                    send(completion(rig, ASK).header("traceparent", "00-" + trace + "-b7ad6b7169203331-01"));

            assertThat(answer.body()).contains("\"trace_id\":\"" + trace + "\"");
        }
    }

    @Test
    void waitsInTheSameQueueAsOtherCalls() throws Exception {
        try (RouterRig rig = RouterRig.start("--http.port=0", "--queue.running=1", "--queue.requests=0")) {
            rig.target.script = (call, observer) -> observer.onNext(FakeTarget.delta(0));
            HttpResponse<InputStream> running =
                    CLIENT.send(completion(rig, STREAM).build(), BodyHandlers.ofInputStream());
            assertThat(running.body().read()).isNotNegative();

            HttpResponse<String> refused = send(completion(rig, ASK));
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            assertThat(refused.body()).contains("\"code\":\"queue_full\"");

            running.body().close();
            RouterRig.await(
                    () -> rig.router.running() == 0 && rig.target.open.get() == 0,
                    "the request of a client that has gone away runs on");
        }
    }

    @Test
    void letsRunningAnswersEndWhenTheRouterStops() throws Exception {
        RouterRig rig = RouterRig.start("--http.port=0");
        CompletableFuture<Runnable> finish = new CompletableFuture<>();
        rig.target.script = (call, observer) -> {
            observer.onNext(FakeTarget.delta(0));
            finish.complete(() -> {
                observer.onNext(FakeTarget.finished(call, 1));
                observer.onCompleted();
            });
        };
        try (rig) {
            HttpResponse<InputStream> running =
                    CLIENT.send(completion(rig, STREAM).build(), BodyHandlers.ofInputStream());
            Runnable end = finish.get(60, TimeUnit.SECONDS);
            // What comes before the router refuses is answered: a request that nobody ends would be waited for.
            rig.target.script = FakeTarget::answer;
            CompletableFuture<ExitCode> exit = RouterRig.async(rig.router.process()::stop);
            RouterRig.await(() -> status(completion(rig, ASK)) == 503, "a stopping router takes requests");
            assertThat(status(get(rig, "/health"))).isEqualTo(503);
            assertThat(exit).isNotDone();
            end.run();

            assertThat(new String(running.body().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"text\":\"0 \"")
                    .endsWith("data: [DONE]\n\n");
            assertThat(exit.get(60, TimeUnit.SECONDS)).isEqualTo(ExitCode.CLEAN);
            assertThat(catchThrowable(() -> send(get(rig, "/health")))).isInstanceOf(IOException.class);
        }
    }

    @Test
    void speaksTlsWithTheCertificateOfTheServer(@TempDir Path folder) throws Exception {
        RouterTls tls = RouterTls.in(folder);
        try (RouterRig rig = RouterRig.startUnchecked(tls.flagsWithHttp())) {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting(tls.trusted())).build();
            URI health = URI.create("https://localhost:" + rig.router.httpPort() + "/health");
            RouterRig.await(
                    () -> {
                        try {
                            return client.send(HttpRequest.newBuilder(health).build(), BodyHandlers.discarding())
                                            .statusCode()
                                    == 200;
                        } catch (IOException | InterruptedException e) {
                            throw new AssertionError(e);
                        }
                    },
                    "no answer over TLS");
            assertThat(catchThrowable(() -> send(get(rig, "/health")))).isInstanceOf(IOException.class);
        }
    }

    private static SSLContext trusting(Path authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpRequest.Builder get(RouterRig rig, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + rig.router.httpPort() + path))
                .timeout(RouterRig.PATIENCE);
    }

    private static HttpRequest.Builder completion(RouterRig rig, String body) {
        return get(rig, "/v1/completions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static int status(HttpRequest.Builder request) {
        try {
            return send(request).statusCode();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
