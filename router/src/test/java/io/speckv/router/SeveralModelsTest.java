package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.DescribeResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.InferenceServiceGrpc;
import io.speckv.proto.v1.MethodDescription;
import io.speckv.proto.v1.ModelDescription;
import io.speckv.proto.v1.ServedModel;
import io.speckv.proto.v1.ServedPool;
import io.speckv.proto.v1.TargetAbilities;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.router.model.Catalogue;
import org.junit.jupiter.api.Test;

/**
 * Two models behind one router, one of them of an engine that drops no KV pairs: how {@link Catalogue} describes them, and
 * who answers.
 */
class SeveralModelsTest {
    private static final String MODELS = "--models={own: {target: {channel: {target: TARGET}}, aliases: [house],"
            + " method: {name: specpc, settings: {max_capacity_prompt: 12, window_size: 2, kernel_size: 1}}, limits: {prompt-tokens: 60, new-tokens: 8}},"
            + " engine: {target: {channel: {target: OTHER_TARGET}}, aliases: [gpt-x, gpt-y], compress-from: 100,"
            + " method: {name: specpc, settings: {max_capacity_prompt: 20, window_size: 2, kernel_size: 1}}}}";

    private static RouterRig rig(String... more) {
        String[] flags = new String[more.length + 1];
        flags[0] = MODELS;
        System.arraycopy(more, 0, flags, 1, more.length);
        RouterRig rig = RouterRig.start(flags);
        rig.otherTarget.abilities =
                TargetAbilities.newBuilder().setLookaheadVerification(false).build();
        RouterRig.await(
                () -> rig.router.knowsTarget()
                        && model(describe(rig, "engine"), "engine").getReady(),
                "the other model is not ready");
        RouterRig.await(
                () -> describe(rig, "engine").getMethodsList().stream()
                        .noneMatch(method -> method.getName().equals("snapkv")),
                "what the engine can do is not known");
        return rig;
    }

    private static DescribeResponse describe(RouterRig rig, String model) {
        return rig.blocking()
                .describe(DescribeRequest.newBuilder().setModel(model).build());
    }

    private static ServedModel model(DescribeResponse described, String name) {
        return described.getModelsList().stream()
                .filter(model -> model.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static GenerateRequest asking(String model) {
        return RouterRig.request("full").setModel(model).build();
    }

    private static GenerateRequest withoutMethod(String model, int promptTokens) {
        return RouterRig.request("full")
                .clearMethod()
                .setModel(model)
                .setPrompt(RouterRig.prompt(promptTokens))
                .build();
    }

    private static ServingStatus health(RouterRig rig) {
        return HealthGrpc.newBlockingStub(rig.channel)
                .check(HealthCheckRequest.newBuilder()
                        .setService(InferenceServiceGrpc.SERVICE_NAME)
                        .build())
                .getStatus();
    }

    @Test
    void aRequestPicksItsModelByNameOrAlias() {
        try (RouterRig rig = rig()) {
            rig.target.calls.clear();
            for (String name : new String[] {"own", "house", ""}) {
                assertThat(rig.blocking()
                                .generate(asking(name))
                                .next()
                                .getStarted()
                                .getModel())
                        .isEqualTo("own");
            }
            RouterRig.await(() -> rig.target.calls.size() == 3, "calls of the target of its own");
            assertThat(rig.otherTarget.calls).isEmpty();
            for (String name : new String[] {"engine", "gpt-x", "gpt-y"}) {
                assertThat(rig.blocking()
                                .generate(asking(name))
                                .next()
                                .getStarted()
                                .getModel())
                        .isEqualTo("engine");
            }
            RouterRig.await(() -> rig.otherTarget.calls.size() == 3, "calls of the engine");
            assertThat(rig.target.calls).hasSize(3);
        }
    }

    @Test
    void theDefaultModelIsTheOneThatIsSet() {
        try (RouterRig rig = rig("--default-model=engine")) {
            assertThat(describe(rig, "").getDefaultModel()).isEqualTo("engine");
            assertThat(rig.blocking().generate(asking("")).next().getStarted().getModel())
                    .isEqualTo("engine");
        }
    }

    @Test
    void anUnknownNameIsRefusedWithTheNamesThereAre() {
        try (RouterRig rig = rig()) {
            RemoteFailure failure = rig.failure(asking("fake-target"));
            assertThat(failure.reason()).isEqualTo("MODEL_UNKNOWN");
            assertThat(failure.status()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(failure.metadata()).containsEntry("models", "own, engine");
            assertThat(failure.message()).contains("must be one of own, engine or empty");
        }
    }

    @Test
    void everyModelHasItsOwnMethodLimitsAndThreshold() {
        try (RouterRig rig = rig()) {
            assertThat(rig.once(withoutMethod("own", 40))
                            .getFinished()
                            .getUsage()
                            .getKeptTokenCount())
                    .isEqualTo(12);
            assertThat(rig.once(withoutMethod("engine", 40))
                            .getFinished()
                            .getUsage()
                            .getKeptTokenCount())
                    .as("below compress-from")
                    .isEqualTo(40);
            assertThat(rig.once(withoutMethod("engine", 120))
                            .getFinished()
                            .getUsage()
                            .getKeptTokenCount())
                    .isEqualTo(20);

            RemoteFailure tooLong = rig.failure(withoutMethod("own", 61));
            assertThat(tooLong.reason()).isEqualTo("PROMPT_TOO_LONG");
            assertThat(tooLong.message()).contains("at most 60").contains("limits.prompt-tokens");
            GenerateRequest.Builder nineTokens = withoutMethod("own", 40).toBuilder();
            nineTokens.getSamplingBuilder().setMaxNewTokens(9);
            assertThat(rig.failure(nineTokens.build()).message())
                    .contains("sampling.max_new_tokens is 9, must be 1 to 8");
            assertThat(rig.once(nineTokens.setModel("engine").build()).hasFinished())
                    .isTrue();
        }
    }

    @Test
    void describeTellsEveryModelAndTheMethodsOfOne() {
        try (RouterRig rig = rig()) {
            DescribeResponse own = describe(rig, "house");
            DescribeResponse engine = describe(rig, "gpt-x");

            assertThat(own.getTargetsList())
                    .extracting(ModelDescription::getName)
                    .containsExactly("own", "engine");
            assertThat(own.getTargets(0).getMaxPromptTokenCount()).isEqualTo(60);
            assertThat(own.getTargets(0).getMaxNewTokenCount()).isEqualTo(8);
            assertThat(own.getDraftsList())
                    .as("one draft that both share")
                    .extracting(ModelDescription::getName)
                    .containsExactly("fake-draft");
            assertThat(model(own, "engine"))
                    .isEqualTo(ServedModel.newBuilder()
                            .setName("engine")
                            .addAliases("gpt-x")
                            .addAliases("gpt-y")
                            .setReady(true)
                            .setNoChatsReason("it has no chat template that can be read")
                            .setDraft("fake-draft")
                            .setDefaultMethod("specpc")
                            .setDefaultFallback(own.getDefaultFallback())
                            .setCompressFrom(100)
                            .addPools(ServedPool.newBuilder().setWeight(1).setReady(true))
                            .build());
            assertThat(own.getMethodsList())
                    .extracting(MethodDescription::getName)
                    .contains("snapkv", "specpc");
            assertThat(engine.getMethodsList())
                    .extracting(MethodDescription::getName)
                    .doesNotContain("snapkv")
                    .contains("specpc", "speckv-pc");
        }
    }

    @Test
    void theRouterServesWhileOneModelDoes() {
        try (RouterRig rig = rig()) {
            rig.otherTargetServer.notServing();
            RouterRig.await(() -> !model(describe(rig, ""), "engine").getReady(), "the lost model counts as ready");
            assertThat(model(describe(rig, ""), "engine").getNotReadyReason()).startsWith("no target can be reached: ");
            assertThat(model(describe(rig, ""), "own").getReady()).isTrue();
            assertThat(health(rig)).isEqualTo(ServingStatus.SERVING);
            assertThat(rig.once(asking("own")).hasFinished()).isTrue();
            assertThat(rig.failure(asking("engine")).status()).isEqualTo(Status.Code.UNAVAILABLE);

            rig.targetServer.notServing();
            RouterRig.await(() -> health(rig) == ServingStatus.NOT_SERVING, "health says that it serves");
            rig.otherTargetServer.servingAgain();
            RouterRig.await(() -> health(rig) == ServingStatus.SERVING, "health says that it does not serve");
            assertThat(rig.once(asking("engine")).hasFinished()).isTrue();
        }
    }

    /** A model whose target has another tokenizer is refused, and keeps no other from being served. */
    @Test
    void aModelThatCannotBeServedKeepsNoOtherFromIt() {
        try (RouterRig rig = RouterRig.start("--models={own: {}, other: {tokenizer: {target: "
                + OtherTokenizerTest.PIECES + "}, target: {channel: {target: OTHER_TARGET}}}}")) {
            RouterRig.await(rig.router::knowsTarget, "the other target has not described itself");
            assertThat(model(describe(rig, ""), "other").getNotReadyReason())
                    .isEqualTo("the target has another tokenizer than the router");
            RemoteFailure failure = rig.failure(asking("other"));
            assertThat(failure.reason()).isEqualTo("NO_TARGET");
            assertThat(failure.metadata()).containsKeys("target_fingerprint", "router_fingerprint");
            assertThat(rig.blocking()
                            .tokenize(TokenizeRequest.newBuilder()
                                    .setModel("own")
                                    .setPrompt(RouterRig.prompt(3))
                                    .build())
                            .getTokens()
                            .getIdsCount())
                    .isEqualTo(3);
        }
    }
}
