package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.telemetry.MetricsPage;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageSettings;
import io.speckv.proto.v1.TargetAbilities;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same prompt asked about again costs the draft nothing; whatever could change its scores asks it anew. */
class AnalysisReuseTest {
    private static RouterRig rig(String... more) {
        List<String> flags = new ArrayList<>(List.of(more));
        flags.add("--analysis-cache=1MiB");
        RouterRig rig = RouterRig.start(flags.toArray(String[]::new));
        weights(rig, "w1");
        return rig;
    }

    /** Has the draft describe other weights, and waits until the router knows. */
    static void weights(RouterRig rig, String weights) {
        rig.draft.weights = weights;
        RouterRig.await(
                () -> rig.blocking()
                        .describe(DescribeRequest.getDefaultInstance())
                        .getDrafts(0)
                        .getWeightsFingerprint()
                        .equals(weights),
                "the draft's weights are not known");
        rig.draft.requests.clear();
        rig.target.calls.clear();
    }

    private static GenerateRequest specpc(int budget, int promptTokens) {
        GenerateRequest.Builder request = RouterRig.request("specpc").setPrompt(RouterRig.prompt(promptTokens));
        request.getMethodBuilder().getSettingsBuilder().setMaxCapacityPrompt(budget);
        return request.build();
    }

    @Test
    void aRetryIsAnsweredAlikeWithoutTheDraft() {
        MetricsPage metrics = new MetricsPage();
        try (RouterRig rig = rig(metrics.flag())) {
            GenerateOnceResponse first = rig.once(specpc(10, 40));
            GenerateOnceResponse second = rig.once(specpc(10, 40));

            assertThat(rig.draft.requests).hasSize(1);
            assertThat(second.getAnswer()).isEqualTo(first.getAnswer());
            assertThat(second.getFinished().getUsage())
                    .isEqualTo(first.getFinished().getUsage());
            assertThat(rig.target.calls).hasSize(2);
            var kept = rig.target.calls.stream()
                    .map(call -> call.start().getPrompt())
                    .toList();
            assertThat(kept.get(1)).isEqualTo(kept.get(0));
            assertThat(second.getFinished().getTimingsList())
                    .as("no time of a stage that did not run")
                    .noneMatch(timing -> timing.getStage() == Stage.STAGE_DRAFT_PREFILL);
            assertThat(metrics.samples("speckv_analyses_total", "hit")).containsExactly(1.0);
            assertThat(metrics.samples("speckv_analyses_total", "miss")).contains(1.0);
        }
    }

    @Test
    void anotherBudgetAndAnExplanationTakeTheSameScores() {
        try (RouterRig rig = rig()) {
            assertThat(rig.once(specpc(10, 40)).getFinished().getUsage().getKeptTokenCount())
                    .isEqualTo(10);
            assertThat(rig.once(specpc(20, 40)).getFinished().getUsage().getKeptTokenCount())
                    .isEqualTo(20);
            assertThat(rig.draft.requests).hasSize(1);
        }
    }

    @Test
    void anotherQuestionOtherWeightsAndOtherScoringAskTheDraft() {
        try (RouterRig rig = rig()) {
            rig.once(specpc(10, 40));
            rig.once(specpc(10, 41));
            assertThat(rig.draft.requests)
                    .as("the prompt's end makes the scores")
                    .hasSize(2);
            GenerateRequest.Builder window = specpc(10, 40).toBuilder();
            window.getMethodBuilder().getSettingsBuilder().setWindowSize(3);
            rig.once(window.build());
            assertThat(rig.draft.requests).hasSize(3);
            weights(rig, "w2");
            rig.once(specpc(10, 40));
            assertThat(rig.draft.requests).as("a draft that was trained anew").hasSize(1);
        }
    }

    /** Whether a prompt was asked about before is told by the time that its answer takes. */
    @Test
    void requestsWithOtherSaltsShareNothing() {
        try (RouterRig rig = rig()) {
            rig.target.abilities = TargetAbilities.newBuilder()
                    .setCacheStage(true)
                    .setCacheSalt(true)
                    .build();
            RouterRig.await(() -> takesSalt(rig), "the target's abilities are not known");
            rig.draft.requests.clear();
            rig.once(salted("a"));
            rig.once(salted("a"));
            assertThat(rig.draft.requests).hasSize(1);
            rig.once(salted("b"));
            rig.once(specpc(10, 40));
            assertThat(rig.draft.requests).hasSize(3);
        }
    }

    private static boolean takesSalt(RouterRig rig) {
        try {
            return rig.once(salted("probe")).hasFinished();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private static GenerateRequest salted(String salt) {
        GenerateRequest.Builder request = specpc(10, 40).toBuilder();
        request.getEngineBuilder().setCacheSalt(salt);
        return request.build();
    }

    /** The same weights under each of these give other scores. */
    @ParameterizedTest
    @EnumSource(Restart.class)
    void aDraftThatCameBackOtherwiseIsAsked(Restart restart) {
        try (RouterRig rig = rig()) {
            rig.draft.classifier = "words";
            weights(rig, "w1 with a classifier");
            GenerateRequest request = restart == Restart.RETRAINED_CLASSIFIER
                    ? RouterRig.request("full")
                            .setMethod(Method.newBuilder()
                                    .setName("llmlingua2")
                                    .setSettings(StageSettings.newBuilder().setMaxCapacityPrompt(10)))
                            .build()
                    : specpc(10, 40);
            rig.once(request);
            rig.once(request);
            assertThat(rig.draft.requests).hasSize(1);

            restart.change.accept(rig.draft);
            RouterRig.await(
                    () -> {
                        rig.once(request);
                        return rig.draft.requests.size() > 1;
                    },
                    "the draft is not asked anew");
        }
    }

    /** What may be another draft under the same weights. */
    private enum Restart {
        OTHER_DTYPE(draft -> draft.dtype = "bf16"),
        OTHER_FORMAT(draft -> draft.weightsFormat = "int8"),
        RETRAINED_CLASSIFIER(draft -> draft.classifierFingerprint = "c2");

        @SuppressWarnings("ImmutableEnumChecker") // every change here is a lambda without state
        private final Consumer<FakeDraft> change;

        Restart(Consumer<FakeDraft> change) {
            this.change = change;
        }
    }

    @Test
    void whatWasKeptIsThereWhileTheDraftIsNot() {
        try (RouterRig rig = rig()) {
            rig.once(specpc(10, 40));
            rig.draftServer.close();
            GenerateOnceResponse again = rig.once(specpc(10, 40));
            assertThat(again.getFinished().getUsage().getKeptTokenCount()).isEqualTo(10);
            assertThat(again.getFinished().getCompression().getFallbackReason())
                    .isEqualTo(FallbackReason.FALLBACK_REASON_UNSPECIFIED);
            assertThat(rig.once(specpc(10, 41)).getFinished().getUsage().getKeptTokenCount())
                    .as("without scores the whole prompt")
                    .isEqualTo(41);
        }
    }

    @Test
    void anAnalysisThatBrokeOffIsNotKept() {
        try (RouterRig rig = rig()) {
            rig.draft.script = (request, observer) -> observer.onError(Status.RESOURCE_EXHAUSTED.asRuntimeException());
            assertThat(rig.once(specpc(10, 40)).getFinished().getUsage().getKeptTokenCount())
                    .isEqualTo(40);
            rig.draft.script = FakeDraft::answer;
            assertThat(rig.once(specpc(10, 40)).getFinished().getUsage().getKeptTokenCount())
                    .isEqualTo(10);
        }
    }

    @Test
    void withoutMemoryForThemNothingIsKept() {
        try (RouterRig rig = RouterRig.start()) {
            weights(rig, "w1");
            rig.once(specpc(10, 40));
            rig.once(specpc(10, 40));
            assertThat(rig.draft.requests).hasSize(2);
        }
    }
}
