package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router's own HTTP port, which reaches its services inside the process. */
class HostedHttpTest {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void answersOpenAiRequestsWithTheRoutersOwnServices() throws Exception {
        try (RouterRig rig = RouterRig.start("--http.port=0")) {
            HttpResponse<String> answer = post(rig.router.httpPort(), "/v1/completions", """
                    {"prompt": "abc", "max_tokens": 4, "speckv": {"method": "full"}}""");

            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            assertThat(answer.body()).contains("\"text\":\"0 1 2 3 \"");
        }
    }

    @Test
    void hasNoPortUnlessAskedFor() {
        try (RouterRig rig = RouterRig.start()) {
            assertThat(rig.router.httpPort()).isEqualTo(-1);
        }
    }

    @Test
    void stopsAnsweringWhenTheRouterStops() throws Exception {
        RouterRig rig = RouterRig.start("--http.port=0");
        int port = rig.router.httpPort();
        assertThat(get(port, "/health").statusCode()).isEqualTo(200);
        rig.close();

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> get(port, "/health")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void asksForTheSameTokens(@TempDir Path folder) throws Exception {
        Path tokens = Files.writeString(folder.resolve("tokens"), "open-sesame\n");
        try (RouterRig rig = RouterRig.startUnchecked("--http.port=0", "--server.tokens-file=" + tokens)) {
            HttpResponse<String> refused = post(rig.router.httpPort(), "/v1/completions", "{\"prompt\": \"abc\"}");

            assertThat(refused.statusCode()).isEqualTo(401);
        }
    }

    private static HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(int port, String path, String body)
            throws IOException, InterruptedException {
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
