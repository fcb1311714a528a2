package io.speckv.engineclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineStreamTest {
    private static final long AMPLE_SECONDS = 20;
    private static final String JSON = "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s";

    /** Writes down what it is told, a line each. */
    private static final class Notes implements EngineStream.Listener {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        @Override
        public void events(List<String> data) {
            told.add("events " + String.join(" | ", data));
        }

        @Override
        public void ended() {
            told.add("ended");
        }

        @Override
        public void refused(EngineReply reply) {
            told.add("refused " + reply.status() + " " + reply.body());
        }

        @Override
        public void broke(IOException cause) {
            told.add("broke");
        }

        @Nullable
        String next() throws InterruptedException {
            return told.poll(AMPLE_SECONDS, TimeUnit.SECONDS);
        }
    }

    private final Notes notes = new Notes();

    private EngineStream open(LoopbackEngine engine) throws IOException {
        return engine.client().stream("/v1/completions", EngineReply.json("{\"stream\":true}"), notes);
    }

    @Test
    void eventsComeUntilTheStreamEnds() throws Exception {
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.openStream();
            line.chunk("data: 1\n\ndata: 2\n\n");
            line.end();
        })) {
            EngineStream stream = open(engine);

            assertThat(engine.asked.take())
                    .contains("Accept: text/event-stream\n")
                    .endsWith("{\"stream\":true}");
            assertThat(notes.next()).isEqualTo("events 1 | 2");
            stream.next();
            assertThat(notes.next()).isEqualTo("ended");
        }
    }

    @Test
    void anEventMayComeInSeveralPieces() throws Exception {
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.openStream();
            line.chunk("da");
            line.chunk("ta: one");
            line.chunk(" two\n");
            line.chunk("\n");
            line.awaitClosed();
        })) {
            EngineStream stream = open(engine);

            assertThat(notes.next()).isEqualTo("events one two");
            stream.close();
        }
    }

    @Test
    void whoDoesNotAskForMoreGetsNoMoreAndHoldsTheEngineBack() throws Exception {
        AtomicInteger written = new AtomicInteger();
        CountDownLatch left = new CountDownLatch(1);
        String large = "data: " + "x".repeat(1 << 20) + "\n\n";
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.openStream();
            line.chunk("data: first\n\n");
            try {
                while (true) {
                    line.chunk(large);
                    written.incrementAndGet();
                }
            } catch (IOException e) {
                left.countDown();
            }
        })) {
            EngineStream stream = open(engine);
            assertThat(notes.next()).isEqualTo("events first");

            // What the kernel's and the client's buffers take goes in; then the engine waits.
            int before;
            do {
                before = written.get();
                Thread.sleep(300);
            } while (written.get() > before);
            assertThat(before).isLessThan(200);
            assertThat(notes.told).isEmpty();

            stream.close();
            assertThat(left.await(AMPLE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"400 Bad Request", "503 Service Unavailable", "200 OK"})
    void whatIsNoStreamIsARefusalWithItsText(String status) throws Exception {
        String body = "{\"error\":\"größer\"}";
        String response = JSON.formatted(status, body.getBytes(StandardCharsets.UTF_8).length, body);
        try (LoopbackEngine engine = LoopbackEngine.answering(response)) {
            EngineStream unused = open(engine);

            assertThat(notes.next()).isEqualTo("refused " + status.substring(0, 3) + " " + body);
        }
    }

    @Test
    void aStreamOfErrorsByStatusIsARefusal() throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering(
                "HTTP/1.1 500 Oops\r\nContent-Type: text/event-stream\r\nContent-Length: 9\r\n\r\ndata: 1\n\n")) {
            EngineStream unused = open(engine);

            assertThat(notes.next()).isEqualTo("refused 500 data: 1\n\n");
        }
    }

    @Test
    void aLongRefusalIsCut() throws Exception {
        String body = "x".repeat(3 << 20);
        try (LoopbackEngine engine = LoopbackEngine.answering(JSON.formatted("400 Bad Request", body.length(), body))) {
            EngineStream unused = open(engine);

            assertThat(notes.next()).isEqualTo("refused 400 " + "x".repeat(1 << 20));
        }
    }

    @Test
    void aConnectionThatBreaksOffIsToldOnceAndNotAsAnEnd() throws Exception {
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.openStream();
            line.chunk("data: 1\n\n");
        })) {
            EngineStream stream = open(engine);
            assertThat(notes.next()).isEqualTo("events 1");

            stream.next();

            assertThat(notes.next()).isEqualTo("broke");
            stream.next();
            stream.close();
            assertThat(notes.told).isEmpty();
        }
    }

    @Test
    void anEngineThatIsGoneBeforeItAnswersBrokeOff() throws Exception {
        try (LoopbackEngine engine = LoopbackEngine.answering("")) {
            EngineStream unused = open(engine);

            assertThat(notes.next()).isEqualTo("broke");
        }
    }

    @Test
    void anEndlessEventBreaksTheStreamOff() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.openStream();
            line.chunk("data: ");
            try {
                while (true) {
                    line.chunk("x".repeat(1 << 16));
                }
            } catch (IOException e) {
                left.countDown();
            }
        })) {
            EngineStream unused = open(engine);

            assertThat(notes.next()).isEqualTo("broke");
            assertThat(left.await(AMPLE_SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void whoClosesIsToldNothingMore() throws Exception {
        CountDownLatch more = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.openStream();
            line.chunk("data: 1\n\n");
            awaitQuietly(more);
            line.awaitClosed();
            closed.countDown();
        })) {
            EngineStream stream = open(engine);
            assertThat(notes.next()).isEqualTo("events 1");
            stream.next();

            stream.close();
            more.countDown();

            assertThat(closed.await(AMPLE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(notes.told).isEmpty();
        }
    }

    @Test
    void aStreamMayBeClosedBeforeItsAnswerBegins() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        try (LoopbackEngine engine = new LoopbackEngine(line -> {
            line.awaitClosed();
            closed.countDown();
        })) {
            EngineStream stream = open(engine);
            engine.asked.take();

            stream.close();

            assertThat(closed.await(AMPLE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(notes.told).isEmpty();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
