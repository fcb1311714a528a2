package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The server answers each {@link RandomBody} with a documented status, never with 500, and lives on. For longer: {@code -Dfuzz.seconds=3600
 * -Dfuzz.seed=N}.
 */
final class HttpFuzzTest {
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("fuzz.seconds", 20));
    private static final long SEED = Long.getLong("fuzz.seed", 22);

    @Test
    void everyBodyGetsADocumentedStatus() throws Exception {
        RandomBody bodies = new RandomBody(new Random(SEED));
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            long end = System.nanoTime() + TIME.toNanos();
            int sent = 0;
            while (System.nanoTime() < end) {
                String path = bodies.path();
                String body = bodies.body();
                HttpResponse<String> response = server.post(path, body);
                assertThat(response.statusCode())
                        .as("%s %s (seed %d, body %d): %s", path, body, SEED, sent, response.body())
                        .isIn(RandomBody.STATUSES);
                assertThat(response.body()).doesNotContain("com.fasterxml", "java.lang", "Exception");
                sent++;
            }
            assertThat(sent).isPositive();
            assertThat(server.get("/health").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void everyHeaderAndPathGetsADocumentedStatus() throws Exception {
        Random random = new Random(SEED);
        List<String> paths =
                List.of("/", "//", "/v1", "/v1/models/%41", "/v1/models/a%2Fb", "/v1/models//", "/..", "/?a=b");
        List<String> types = List.of("application/json", "APPLICATION/JSON; charset=x", "text/plain", "", ";;;");
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            for (int i = 0; i < 200; i++) {
                String path = paths.get(random.nextInt(paths.size()));
                HttpRequest request = HttpRequest.newBuilder(URI.create(server.url(path)))
                        .header("Content-Type", types.get(random.nextInt(types.size())))
                        .header("Accept", "*/*")
                        .header("X-Request-Id", "x".repeat(random.nextInt(200)))
                        .method(random.nextBoolean() ? "GET" : "POST", HttpRequest.BodyPublishers.ofString("{}"))
                        .build();
                int status = server.client
                        .send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode();
                assertThat(status).as(path).isIn(200, 400, 404, 405, 415);
            }
        }
    }
}
