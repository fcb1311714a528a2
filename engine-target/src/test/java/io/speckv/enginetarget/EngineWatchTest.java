package io.speckv.enginetarget;

import static io.speckv.enginetarget.EngineTargetRig.await;
import static io.speckv.enginetarget.EngineTargetRig.order;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.speckv.kit.failure.FailureCode;
import io.speckv.proto.v1.TargetServiceDescribeResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How {@link EngineWatch} finds an engine, and what happens when it is another one, gone, or back. */
class EngineWatchTest {
    @TempDir
    Path folder;

    private static boolean serves(EngineTargetRig rig) {
        var channel = NettyChannelBuilder.forAddress("localhost", rig.server.port())
                .usePlaintext()
                .build();
        try {
            return HealthGrpc.newBlockingStub(channel)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus()
                    == ServingStatus.SERVING;
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    void vllmIsFoundAndDescribed() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("tiny"), "--limits.new-tokens=100")) {
            TargetServiceDescribeResponse described = rig.describe();

            assertThat(described.getEngine().getKind()).isEqualTo("vllm");
            assertThat(described.getEngine().getVersion()).isEqualTo("0.32.0");
            assertThat(described.getModel().getName()).isEqualTo("tiny");
            assertThat(described.getModel().getVocabSize()).isEqualTo(2560);
            assertThat(described.getModel().getMaxPromptTokenCount()).isEqualTo(4095);
            assertThat(described.getModel().getMaxNewTokenCount()).isEqualTo(100);
            assertThat(described.hasAbilities()).isTrue();
            assertThat(described.getAbilities().getCacheStage()).isFalse();
            assertThat(described.getMethodsList()).contains("full", "specpc").doesNotContain("speckv-pc", "snapkv");
        }
    }

    @Test
    void llamaCppIsFoundWithTheShareOfItsContextThatASlotHas() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.llamaCpp(), "--name=ours")) {
            TargetServiceDescribeResponse described = rig.describe();

            assertThat(described.getEngine().getKind()).isEqualTo("llama-cpp");
            assertThat(described.getModel().getName()).isEqualTo("ours");
            assertThat(described.getModel().getMaxPromptTokenCount()).isEqualTo(4095);
        }
    }

    @Test
    void anUnknownOwnerIsAskedByOpenAisApiOnceItsContextIsSet() {
        ScriptedEngine engine = new ScriptedEngine()
                .on(
                        "/v1/models",
                        (request, wire) -> wire.json(200, "{\"data\":[{\"id\":\"m\",\"owned_by\":\"acme\"}]}"));
        try (EngineTargetRig rig = EngineTargetRig.start(engine, "--limits.context-tokens=1000")) {
            assertThat(rig.describe().getEngine().getKind()).isEqualTo("openai");
            assertThat(rig.describe().getModel().getMaxPromptTokenCount()).isEqualTo(999);
        }
    }

    @Test
    void anEngineThatLoadsIsWaitedFor() {
        AtomicInteger looks = new AtomicInteger();
        ScriptedEngine engine = ScriptedEngine.vllm("tiny");
        engine.on("/health", (request, wire) -> {
            if (looks.incrementAndGet() < 5) {
                ScriptedEngine.recorded("llama-cpp/loading").answer(request, wire);
            } else {
                wire.json(200, "{}");
            }
        });
        try (EngineTargetRig rig = EngineTargetRig.startUnchecked(engine)) {
            assertThat(rig.failure(order(1)).code()).contains(FailureCode.LOADING);
            await(() -> serves(rig), "it is not served when it has loaded");
            assertThat(looks.get()).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    void anotherTokenizerIsNeverServed() {
        ScriptedEngine engine = ScriptedEngine.vllm("tiny");
        AtomicInteger compared = new AtomicInteger();
        engine.on("/tokenize", (request, wire) -> {
            compared.incrementAndGet();
            wire.json(200, "{\"tokens\":[1,2,3]}");
        });
        try (EngineTargetRig rig = EngineTargetRig.startUnchecked(engine)) {
            await(() -> compared.get() > 3, "the tokenizers are not compared");
            assertThat(serves(rig)).isFalse();
            assertThat(rig.failure(order(1)).code()).contains(FailureCode.LOADING);
        }
    }

    @Test
    void aReloadWithAnotherModelIsComparedAnewAndServed() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("first"))) {
            long comparedBefore = comparisons(rig);
            rig.engine.serves("second", 2048);

            await(() -> describesAs(rig, "second"), "the second model is not seen");
            assertThat(rig.describe().getModel().getMaxPromptTokenCount()).isEqualTo(2047);
            assertThat(comparisons(rig)).isGreaterThan(comparedBefore);
        }
    }

    /** While the tokenizers are compared nothing is described. */
    private static boolean describesAs(EngineTargetRig rig, String model) {
        try {
            return rig.describe().getModel().getName().equals(model);
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    @Test
    void nothingGoesToAnEngineThatWasReloadedWithAnotherTokenizer() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("first"))) {
            await(() -> serves(rig), "it is not served");
            rig.engine.on("/tokenize", (request, wire) -> wire.json(200, "{\"tokens\":[1,2,3]}"));
            rig.engine.serves("second", 2048);

            await(() -> !serves(rig), "it is served though its tokenizer is another");
            assertThat(rig.failure(order(1)).code()).contains(FailureCode.LOADING);
        }
    }

    /** A name, a version and a context can stay when the weights behind them change. */
    @Test
    void anEngineThatComesBackUnderTheSameNameIsComparedAnew() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("prod"))) {
            await(() -> serves(rig), "it is not served");
            rig.engine.on("/v1/models", (request, wire) -> wire.json(503, "{}"));
            await(() -> !serves(rig), "it is served though its engine is gone");
            rig.engine.on("/tokenize", (request, wire) -> wire.json(200, "{\"tokens\":[1,2,3]}"));
            long before = comparisons(rig);
            rig.engine.serves("prod", 4096);

            await(() -> comparisons(rig) > before, "the tokenizers are not compared");
            assertThat(serves(rig)).isFalse();
            assertThat(rig.failure(order(1)).code()).contains(FailureCode.LOADING);
        }
    }

    @Test
    void otherWeightsUnderTheSameNameAreComparedAnew() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("prod"))) {
            long before = comparisons(rig);
            rig.engine.on(
                    "/v1/models",
                    (request, wire) -> wire.json(
                            200,
                            "{\"data\":[{\"id\":\"prod\",\"owned_by\":\"vllm\",\"max_model_len\":4096,"
                                    + "\"root\":\"another/model\"}]}"));

            await(() -> comparisons(rig) > before, "the tokenizers are not compared");
        }
    }

    private static long comparisons(EngineTargetRig rig) {
        return rig.engine.asked.stream()
                .filter(request -> request.path().equals("/tokenize"))
                .count();
    }

    @Test
    void anEngineThatIsGoneIsNotServedUntilItIsBack() {
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("tiny"))) {
            await(() -> serves(rig), "it is not served");
            rig.engine.on("/v1/models", (request, wire) -> wire.json(500, "{}"));
            await(() -> !serves(rig), "it is served though its engine is gone");

            rig.engine.serves("tiny", 4096);
            await(() -> serves(rig), "it is not served again");
        }
    }

    @Test
    void aModelThatTheEngineDoesNotListIsNotServed() {
        try (EngineTargetRig rig =
                EngineTargetRig.startUnchecked(ScriptedEngine.vllm("tiny"), "--engine.model=other")) {
            await(() -> rig.engine.asked.size() > 4, "the engine is not asked");

            assertThat(serves(rig)).isFalse();
            rig.engine.serves("other", 4096);
            await(() -> serves(rig), "the model is not served once it is listed");
        }
    }

    /** What is in front of the engine may answer with anything. */
    @ParameterizedTest
    @ValueSource(strings = {"/health", "/v1/models", "/version", "/tokenize"})
    void anAnswerWithoutAnEndIsNotRead(String route) {
        ScriptedEngine engine = ScriptedEngine.vllm("tiny");
        AtomicInteger closed = new AtomicInteger();
        engine.on(route, (request, wire) -> {
            wire.openStream();
            try {
                while (true) {
                    wire.raw(" ".repeat(1 << 16));
                }
            } catch (IOException e) {
                closed.incrementAndGet();
                throw e;
            }
        });
        try (EngineTargetRig rig = EngineTargetRig.startUnchecked(engine)) {
            await(() -> closed.get() > 1, "the answer is read on and on");

            assertThat(serves(rig)).isFalse();
        }
    }

    @Test
    void theKeyIsReadAtEveryRequest() throws IOException {
        Path key = folder.resolve("key");
        Files.writeString(key, "first\n");
        try (EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("tiny"), "--engine.key-file=" + key)) {
            assertThat(rig.engine.asked)
                    .allMatch(request -> "Bearer first".equals(request.headers().get("authorization")));

            Files.writeString(key, "second");
            await(
                    () -> rig.engine.asked.stream()
                            .anyMatch(request ->
                                    "Bearer second".equals(request.headers().get("authorization"))),
                    "the rotated key is not sent");
        }
    }
}
