package io.speckv.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.ClientProgram;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.trio.TargetModel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real engines behind the router: their clients, who goes away, and how they are lost. With the bundled target in float32 and the bundled draft. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BehindTheRouter {
    static final Path TARGET = RealEngine.ROOT.resolve("models/speckv-tiny-target");
    static final JsonMapper JSON = JsonMapper.builder().build();
    static final String HIDDEN = "4817263";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    RealEngine engine;
    ServedTrio served;
    private Context.CancellableContext context;

    /** Whether the engine is on this machine. */
    abstract boolean isInstalled();

    abstract String installer();

    abstract RealEngine start() throws IOException;

    /** The kind of its renderer of chats. */
    abstract String renderer();

    /** Requests that the engine works on, by its own counters. */
    abstract double running(RealEngine engine) throws IOException, InterruptedException;

    /** Tokens that it has generated. */
    abstract double generated(RealEngine engine) throws IOException, InterruptedException;

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        assumeTrue(isInstalled(), installer() + " installs the engine of this test");
        engine = start();
        served = before(engine);
    }

    static ServedTrio ours() throws IOException, InterruptedException {
        return ServedTrio.by(
                new TargetModel.Own(TARGET),
                List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32"));
    }

    static ServedTrio before(RealEngine engine, String... routerFlags) throws IOException, InterruptedException {
        return ServedTrio.by(
                new TargetModel.OfEngine(engine.url(), TARGET),
                List.of(
                        "--server.port=0",
                        "--telemetry.log-level=WARN",
                        "--patience.between-tokens=3s",
                        "--engine.look-every=100ms"),
                routerFlags);
    }

    /** The services with the engine's own renderer in the place of the folder's template. */
    ServedTrio rendering(String... routerFlags) throws IOException, InterruptedException {
        List<String> flags =
                new ArrayList<>(List.of("--renderer.kind=" + renderer(), "--renderer.url=" + engine.url()));
        flags.addAll(List.of(routerFlags));
        return before(engine, flags.toArray(String[]::new));
    }

    @AfterAll
    void stop() {
        if (served != null) {
            served.close();
        }
        if (engine != null) {
            engine.close();
        }
    }

    /** The same requests by the makers' own clients, over HTTP; a stream that they leave is no more work for the engine. */
    @ParameterizedTest
    @ValueSource(strings = {"tour.mjs", "tour.py"})
    void openAisClientsGetWhatTheyAskFor(String program, @TempDir Path printed)
            throws IOException, InterruptedException {
        double before = generated(engine);
        JsonNode found =
                found(ClientProgram.openAi(printed, program, served.openAi()).out());

        awaitIdle();
        assertThat(found.path("left_after").asInt()).isEqualTo(3);
        assertThat(generated(engine) - before).as("3000 were asked for").isLessThan(2000);
        assertThat(found.path("streamed")).isEqualTo(found.path("compressed"));
        assertThat(found.path("kept_tokens").asInt()).isEqualTo(256);
        assertThat(found.path("compressed").asText())
                .isEqualTo(
                        served.once(EngineRequests.compressed(24)).getAnswer().getText())
                .contains(HIDDEN);
        assertThat(found.path("whole").asText())
                .isEqualTo(served.once(EngineRequests.request("full", Map.of(), 24))
                        .getAnswer()
                        .getText());
        assertThat(found.path("logprobs")).hasToString("[4,4,4,true]");
        assertThat(found.at("/stopped/0").asText()).endsWith("48").doesNotContain("172");
        assertThat(found.at("/stopped/1").asText()).isEqualTo("stop");
        assertThat(found.path("same_seed").asBoolean()).isTrue();
        assertThat(found.at("/held_to_schema/city").asText()).isIn("Paris", "Rome");
    }

    /** One object of all lines. */
    private static JsonNode found(String lines) throws IOException {
        ObjectNode all = JSON.createObjectNode();
        for (String line : lines.lines().toList()) {
            JSON.readTree(line).properties().forEach(entry -> all.set(entry.getKey(), entry.getValue()));
        }
        return all;
    }

    @Test
    void theShortestExampleRunsUnchanged(@TempDir Path printed) throws IOException, InterruptedException {
        assertThat(ClientProgram.openAi(printed, "stream.mjs", served.openAi()).out())
                .contains(" prompt tokens\nspecpc kept ", "n: 400 n is 33, must be 1 to 32\n");
    }

    @Test
    void theNodeClientOfOurOwnProtocolRunsUnchanged(@TempDir Path printed) throws IOException, InterruptedException {
        String[] asking = {"--router", served.router(), "--method", "full", "--max-new-tokens", "12"};

        assertThat(ClientProgram.node(printed, asking).out()).contains(HIDDEN);
    }

    @Test
    void aCallerWhoGoesAwayStopsTheEngine() throws IOException, InterruptedException {
        double before = generated(engine);
        Iterator<GenerateResponse> answer = endless(served);
        takeThree(answer);
        cancel();

        awaitIdle();
        assertThat(generated(engine) - before).isLessThan(2000);
    }

    private Iterator<GenerateResponse> endless(ServedTrio services) throws IOException {
        GenerateRequest.Builder request = EngineRequests.compressed(3000);
        request.getSamplingBuilder().setIgnoreEos(true);
        context = Context.current().withCancellation();
        AtomicReference<Iterator<GenerateResponse>> answer = new AtomicReference<>();
        context.run(() -> answer.set(services.client().generate(request.build())));
        return answer.get();
    }

    private void cancel() {
        if (context != null) {
            context.cancel(null);
        }
    }

    private static void takeThree(Iterator<GenerateResponse> answer) {
        for (int tokens = 0; tokens < 3; ) {
            tokens += answer.next().getDelta().getTokenIdsCount();
        }
    }

    private void awaitIdle() throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (running(engine) > 0) {
            assertThat(System.nanoTime()).as("the engine works on").isLessThan(end);
            Thread.sleep(20);
        }
    }

    @Test
    void anEngineThatIsKilledEndsItsAnswers() throws IOException, InterruptedException {
        endsInMidAnswer(RealEngine::kill);
    }

    @Test
    void anEngineThatIsToldToEndEndsItsAnswersThoughItSaysNothing() throws IOException, InterruptedException {
        endsInMidAnswer(RealEngine::terminate);
    }

    private void endsInMidAnswer(Consumer<RealEngine> end) throws IOException, InterruptedException {
        try (RealEngine doomed = start();
                ServedTrio services = before(doomed)) {
            Iterator<GenerateResponse> answer = endless(services);
            takeThree(answer);
            end.accept(doomed);
            try {
                answer.forEachRemaining(message -> {});
                throw new AssertionError("the answer ended well: " + doomed.said());
            } catch (StatusRuntimeException e) {
                assertThat(RemoteFailure.of(e).orElseThrow().code()).contains(FailureCode.TARGET_LOST);
            }
        }
    }
}
