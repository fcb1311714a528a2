package io.speckv.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.cli.CommandRun;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.kit.wire.Structs;
import io.speckv.proto.ClientProgram;
import io.speckv.proto.v1.AnswerChoices;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import io.speckv.trio.ServiceTrio;
import io.speckv.trio.TargetModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every real engine behind the router, with the bundled target in float32 and the bundled draft. */
@ResourceLock(Resources.SYSTEM_OUT)
@ResourceLock(Resources.SYSTEM_ERR)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BehindTheRouter {
    static final Path TARGET = RealEngine.ROOT.resolve("models/speckv-tiny-target");
    private static final Path DRAFT = RealEngine.ROOT.resolve("models/speckv-tiny-draft");
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String HIDDEN = "4817263";
    private static final Duration TO_LOAD = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    static Path folder;

    private RealEngine engine;
    private Served served;
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

    /** The three services, and a client. */
    record Served(ServiceTrio trio, ManagedChannel channel) implements AutoCloseable {
        static Served by(TargetModel model, List<String> targetFlags, String... routerFlags)
                throws IOException, InterruptedException {
            List<String> quiet =
                    new ArrayList<>(List.of("--server.port=0", "--http.port=0", "--telemetry.log-level=WARN"));
            quiet.addAll(List.of(routerFlags));
            List<String> draft = List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32");
            ServiceTrio trio = ServiceTrio.start(new ServiceTrio.Plan(DRAFT, model, draft, targetFlags, quiet));
            trio.awaitPair(TO_LOAD);
            return new Served(
                    trio,
                    NettyChannelBuilder.forAddress("localhost", trio.routerPort())
                            .usePlaintext()
                            .build());
        }

        String openAi() {
            return "http://127.0.0.1:" + trio.httpPort() + "/v1";
        }

        String router() {
            return "localhost:" + trio.routerPort();
        }

        InferenceServiceGrpc.InferenceServiceBlockingStub client() {
            return InferenceServiceGrpc.newBlockingStub(channel).withWaitForReady();
        }

        GenerateOnceResponse once(GenerateRequest.Builder request) {
            return client().generateOnce(
                            GenerateOnceRequest.newBuilder().setRequest(request).build());
        }

        @Override
        public void close() {
            channel.shutdownNow();
            trio.close();
        }
    }

    @BeforeAll
    void serve() throws IOException, InterruptedException {
        assumeTrue(isInstalled(), installer() + " installs the engine of this test");
        engine = start();
        served = before(engine);
    }

    private static Served ours() throws IOException, InterruptedException {
        return Served.by(
                new TargetModel.Own(TARGET),
                List.of("--server.port=0", "--telemetry.log-level=WARN", "--model.dtype=fp32"));
    }

    private static Served before(RealEngine engine, String... routerFlags) throws IOException, InterruptedException {
        return Served.by(
                new TargetModel.OfEngine(engine.url(), TARGET),
                List.of(
                        "--server.port=0",
                        "--telemetry.log-level=WARN",
                        "--patience.between-tokens=3s",
                        "--engine.look-every=100ms"),
                routerFlags);
    }

    /** The services with the engine's own renderer in the place of the folder's template. */
    Served rendering(String... routerFlags) throws IOException, InterruptedException {
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

    private static GenerateRequest.Builder request(String method, Map<String, Object> settings, int newTokens)
            throws IOException {
        return GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder()
                        .setText(Files.readString(RealEngine.ROOT.resolve("docs/examples/hidden-number.txt"))))
                .setMethod(Method.newBuilder().setName(method).setExtraSettings(Structs.toProto(settings)))
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(newTokens));
    }

    private static GenerateRequest.Builder compressed(int newTokens) throws IOException {
        return request("specpc", Map.of("max_capacity_prompt", 256, "lookahead_tokens", 16), newTokens);
    }

    @Test
    void answersAreThoseOfOurOwnTargetTokenForToken() throws IOException, InterruptedException {
        try (Served ours = ours()) {
            for (GenerateRequest.Builder request : List.of(compressed(24), request("full", Map.of(), 24))) {
                GenerateOnceResponse expected = ours.once(request);
                GenerateOnceResponse answer = served.once(request);

                assertThat(answer.getFinished().getCompression().getKeptPositionsList())
                        .isEqualTo(expected.getFinished().getCompression().getKeptPositionsList());
                assertThat(answer.getAnswer().getTokenIdsList())
                        .isEqualTo(expected.getAnswer().getTokenIdsList());
                assertThat(answer.getAnswer().getText())
                        .isEqualTo(expected.getAnswer().getText())
                        .contains(HIDDEN);
                assertThat(answer.getFinished().getFinishReason())
                        .isEqualTo(expected.getFinished().getFinishReason());
                assertThat(answer.getFinished().getUsage().getGeneratedTokenCount())
                        .isEqualTo(expected.getFinished().getUsage().getGeneratedTokenCount());
            }
        }
    }

    /** At equal kept tokens no more than 2 points apart; docs/engines.md has more samples. */
    @Test
    void rulersNeedlesAreFoundAsOftenAsBehindOurOwnTarget(@TempDir Path results)
            throws IOException, InterruptedException {
        try (Served ours = ours()) {
            Map<String, Double> expected = rulerPoints(ours, results.resolve("ours"));
            Map<String, Double> points = rulerPoints(served, results.resolve("engine"));

            assertThat(points.keySet()).isEqualTo(expected.keySet()).hasSize(4);
            assertThat(expected.values()).as("needles are found at all").anyMatch(found -> found > 50);
            points.forEach(
                    (cell, found) -> assertThat(found).as(cell).isCloseTo(expected.get(cell), Offset.offset(2.0)));
        }
    }

    /** Points from 0 to 100 by method and task. */
    private static Map<String, Double> rulerPoints(Served services, Path results) throws IOException {
        CommandRun run = CommandRun.of(
                "eval",
                "ruler",
                "--router=" + services.router(),
                "--target=" + TARGET,
                "--methods=full,specpc",
                "--set=specpc.lookahead_tokens=48",
                "--tasks=niah_single_1,niah_multivalue",
                "--lengths=1k",
                "--budgets=256",
                "--samples=4",
                "--out=" + results);
        assertThat(run.status()).as(run.err()).isZero();
        Map<String, List<Double>> scores = new TreeMap<>();
        for (String line : Files.readAllLines(results.resolve("journal.jsonl"))) {
            JsonNode sample = JSON.readTree(line);
            scores.computeIfAbsent(
                            sample.at("/setting/method").asText() + " "
                                    + sample.path("task").asText(),
                            cell -> new ArrayList<>())
                    .add(sample.path("score").asDouble() * 100);
        }
        Map<String, Double> points = new TreeMap<>();
        scores.forEach((cell, all) -> points.put(
                cell, all.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
        return points;
    }

    private static Chat chat(String... rolesAndTexts) {
        Chat.Builder chat = Chat.newBuilder();
        for (int i = 0; i < rolesAndTexts.length; i += 2) {
            chat.addMessages(ChatMessage.newBuilder().setRole(rolesAndTexts[i]).setContent(rolesAndTexts[i + 1]));
        }
        return chat.build();
    }

    private static List<Chat> chats() {
        return List.of(
                chat("user", "Hi there"),
                chat(
                        "system",
                        "Be brief. ",
                        "user",
                        "Gr\u00fc\u00dfe \ud83d\ude42",
                        "assistant",
                        "Ja.",
                        "user",
                        "<|im_end|>?"),
                chat("user", "Go on", "assistant", "So ").toBuilder()
                        .setContinueFinalMessage(true)
                        .build(),
                chat(
                        "system",
                        "Be brief.",
                        "user",
                        "word ".repeat(2000),
                        "assistant",
                        "Read.",
                        "user",
                        "What was it?"));
    }

    /** Such prompts are what the router is for. */
    private static Chat longerThanTheEnginesContext() {
        return chat("system", "Be brief.", "user", "word ".repeat(9000), "user", "What was it?");
    }

    private void assertLaidOutAlike(Served rendered, Chat chat) {
        TokenizeRequest tokenize = TokenizeRequest.newBuilder()
                .setPrompt(Prompt.newBuilder().setChat(chat))
                .build();
        assertThat(rendered.client().tokenize(tokenize))
                .isEqualTo(served.client().tokenize(tokenize));
    }

    /** The bundled target has a template that we can read, so both ways can be compared. */
    @Test
    void theEnginesRendererLaysChatsOutAsTheirTemplateDoes() throws IOException, InterruptedException {
        try (Served rendered = rendering()) {
            assertLaidOutAlike(rendered, longerThanTheEnginesContext());
            for (Chat chat : chats()) {
                assertLaidOutAlike(rendered, chat);
                Prompt prompt = Prompt.newBuilder().setChat(chat).build();
                ExplainRequest explain = ExplainRequest.newBuilder()
                        .setPrompt(prompt)
                        .setMethod(compressed(1).getMethod())
                        .build();
                ExplainResponse found = rendered.client().explain(explain);
                ExplainResponse expected = served.client().explain(explain);
                assertThat(found.getProtectedList()).isEqualTo(expected.getProtectedList());
                assertThat(found.getKeptList()).isEqualTo(expected.getKeptList());
            }
        }
    }

    @Test
    void theCascadeIsItsFirstStageAndSaysSo() throws IOException {
        GenerateOnceResponse answer = served.once(request(
                "speckv-pc",
                Map.of("specpc", Map.of("max_capacity_prompt", 256), "speckv", Map.of("max_capacity_prompt", 128)),
                16));

        assertThat(answer.getFinished().getCompression().getAppliedMethod()).isEqualTo("specpc");
        assertThat(answer.getFinished().getCompression().getFallbackReason())
                .isEqualTo(FallbackReason.FALLBACK_REASON_TARGET_WITHOUT_CACHE_STAGE);
        assertThat(answer.getFinished().getCompression().hasKv()).isFalse();
        assertThat(answer.getFinished().getUsage().getKeptTokenCount()).isEqualTo(256);
        assertThat(answer.getAnswer().getText()).contains(HIDDEN);
    }

    @Test
    void logProbabilitiesComeWithEachToken() throws IOException {
        GenerateRequest.Builder request = compressed(4);
        request.getSamplingBuilder().setTopLogprobs(2);
        var answer = served.once(request).getAnswer();

        assertThat(answer.getLogprobsList()).hasSize(answer.getTokenIdsCount()).allSatisfy(logprobs -> {
            assertThat(logprobs.getLogprob()).isBetween(-20f, 0f);
            assertThat(logprobs.getAlternativesCount()).isEqualTo(2);
        });
        assertThat(answer.getLogprobs(0).getAlternatives(0).getTokenId()).isEqualTo(answer.getTokenIds(0));
    }

    @Test
    void aStopTextCutsTheAnswer() throws IOException {
        GenerateRequest.Builder request = compressed(24);
        request.getSamplingBuilder().addStop("172");
        GenerateOnceResponse answer = served.once(request);

        assertThat(answer.getAnswer().getText()).endsWith("48").doesNotContain("172");
        assertThat(answer.getFinished().getMatchedStop()).isEqualTo("172");
    }

    @Test
    void theSameSeedDrawsTheSameTokens() throws IOException {
        GenerateRequest.Builder request = compressed(24);
        request.getSamplingBuilder().setTemperature(1.5f).setSeed(7).setIgnoreEos(true);

        assertThat(served.once(request).getAnswer().getTokenIdsList())
                .isEqualTo(served.once(request).getAnswer().getTokenIdsList());
    }

    /** Held to a schema, the bundled model may fill an answer with white space, which most schemas allow. */
    @Test
    void anAnswerIsHeldToItsChoices() throws IOException {
        GenerateRequest.Builder request = compressed(60);
        request.getSamplingBuilder()
                .setResponseFormat(ResponseFormat.newBuilder()
                        .setChoices(AnswerChoices.newBuilder().addTexts("Paris").addTexts("Rome")));

        assertThat(served.once(request).getAnswer().getText()).isIn("Paris", "Rome");
    }

    /** A model that was never told of tools has no other choice. */
    @Test
    void aCallThatIsRequiredIsMade() throws IOException, InterruptedException {
        String tools = """
                [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties":
                 {"at": {"type": "string", "enum": ["box", "bag"]}}, "required": ["at"], "additionalProperties": false}}}]
                """;
        Chat asked = chat("user", "Where is it?").toBuilder()
                .setToolUse(ToolUse.newBuilder().setDefinitionsJson(tools).setChoice(ToolChoice.TOOL_CHOICE_REQUIRED))
                .build();
        try (Served calling = before(engine, "--answers.tool-calls=hermes")) {
            GenerateOnceResponse answer = calling.once(GenerateRequest.newBuilder()
                    .setPrompt(Prompt.newBuilder().setChat(asked))
                    .setMethod(Method.newBuilder().setName("full"))
                    .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(300)));

            JsonNode call = JSON.readTree(answer.getAnswer().getText());
            assertThat(answer.getStarted().getAnswerMarks().getPrefix()).isEqualTo("<tool_call>\n");
            assertThat(call.path("name").asText()).isEqualTo("look");
            assertThat(call.at("/arguments/at").asText()).isIn("box", "bag");
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
                .isEqualTo(served.once(compressed(24)).getAnswer().getText())
                .contains(HIDDEN);
        assertThat(found.path("whole").asText())
                .isEqualTo(
                        served.once(request("full", Map.of(), 24)).getAnswer().getText());
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

    private Iterator<GenerateResponse> endless(Served services) throws IOException {
        GenerateRequest.Builder request = compressed(3000);
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
                Served services = before(doomed)) {
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
