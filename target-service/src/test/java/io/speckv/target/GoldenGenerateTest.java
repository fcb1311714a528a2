package io.speckv.target;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.Struct;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.JsonFormat;
import io.speckv.engine.GoldenRun;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.KvHeadUsage;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.PoolType;
import io.speckv.proto.v1.ReductionType;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageSettings;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the target service answers to the golden prompts, and what {@link GenerationMessages} tells of what it kept of them, is
 * what the reference's target does.
 */
class GoldenGenerateTest {
    private static final int OUTPUT_TOKENS = 12;
    private static final Map<String, LoopbackTarget> TARGETS = new HashMap<>();

    /** When the lookahead comes, and what the target does until then. */
    private enum Lookahead {
        WITH_THE_START,
        LATER_PROMPT_READ,
        LATER_PROMPT_WAITS
    }

    static Stream<GoldenRun> runs() {
        return GoldenRun.all().stream();
    }

    static Stream<Arguments> runsAndLookahead() {
        return runs().flatMap(run -> Arrays.stream(Lookahead.values()).map(when -> Arguments.of(run, when)));
    }

    @AfterAll
    static void stop() {
        TARGETS.values().forEach(LoopbackTarget::close);
    }

    private static LoopbackTarget target(GoldenRun run) {
        return TARGETS.computeIfAbsent(String.valueOf(run.target().getFileName()), name -> LoopbackTarget.start(name));
    }

    private static LoopbackTarget withoutOverlap(GoldenRun run) {
        return TARGETS.computeIfAbsent(
                run.target().getFileName() + " without overlap",
                name -> LoopbackTarget.start(String.valueOf(run.target().getFileName()), "--overlap.memory=0B"));
    }

    private static TargetCall.Result answer(
            GoldenRun run, GenerationStart.Builder start, int[] tokens, Lookahead when) {
        if (when == Lookahead.WITH_THE_START) {
            return target(run)
                    .generate(start.setLookahead(LoopbackTarget.lookahead(0, true, tokens))
                            .build());
        }
        start.setLookaheadWait(Durations.fromSeconds(60));
        LoopbackTarget target = when == Lookahead.LATER_PROMPT_READ ? target(run) : withoutOverlap(run);
        TargetCall call = target.open(start.build());
        if (when == Lookahead.LATER_PROMPT_READ) {
            target.awaitBusy();
        }
        for (int i = 0; i < tokens.length; i++) {
            call.lookahead(LoopbackTarget.lookahead(i, i == tokens.length - 1, tokens[i]));
        }
        TargetCall.Result result = call.halfClose().result();
        assertThat(result.finished().getTimingsList().stream()
                        .filter(timing -> timing.getStage() == Stage.STAGE_TARGET_PREFILL))
                .hasSize(when == Lookahead.LATER_PROMPT_READ ? 2 : 1);
        return result;
    }

    @ParameterizedTest
    @MethodSource("runs")
    void answersTheWholePromptGreedily(GoldenRun run) {
        TargetCall.Result result = target(run)
                .generate(LoopbackTarget.start(run.prompt(), OUTPUT_TOKENS).build());

        assertThat(result.tokens()).isEqualTo(run.greedy());
        assertThat(result.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
        assertThat(result.finished().getKv().getKeptBytes())
                .isEqualTo(result.finished().getKv().getFullBytes())
                .isPositive();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void answersSpecPcsKeptTokens(GoldenRun run) {
        JsonNode golden = run.method("specpc");
        GenerationStart.Builder start = keptStart(run);
        start.setMethod(unverified("specpc").setSettings(stage(golden.get("config"))));
        TargetCall.Result result = target(run).generate(start.build());

        assertThat(result.tokens()).isEqualTo(GoldenRun.ints(golden.get("output")));
        assertThat(result.finished().getUsage().getPromptTokenCount()).isEqualTo(run.prompt().length);
        assertThat(result.finished().getUsage().getKeptTokenCount())
                .isEqualTo(golden.get("kept").size());
    }

    @ParameterizedTest
    @MethodSource("runsAndLookahead")
    void keepsAndAnswersWhatSpecKvDoes(GoldenRun run, Lookahead when) {
        JsonNode golden = run.method("speckv");
        GenerationStart.Builder start = LoopbackTarget.start(run.prompt(), OUTPUT_TOKENS);
        start.setMethod(unverified("speckv").setSettings(stage(golden.get("config"))));
        TargetCall.Result result =
                answer(run, start.setReportKvPositions(true), GoldenRun.ints(golden.get("lookahead")), when);

        assertThat(result.tokens()).isEqualTo(GoldenRun.ints(golden.get("output")));
        assertKept(result, golden, run.prompt().length);
        assertThat(result.finished().getLookahead().getReceivedTokenCount())
                .isEqualTo(golden.get("lookahead").size());
    }

    @ParameterizedTest
    @MethodSource("runsAndLookahead")
    void keepsAndAnswersWhatTheCascadeDoes(GoldenRun run, Lookahead when) {
        JsonNode golden = run.method("speckvpc");
        GenerationStart.Builder start = keptStart(run);
        start.setMethod(unverified("speckv-pc")
                .setSpecpc(stage(run.method("specpc").get("config")))
                .setSpeckv(stage(run.method("speckv").get("config"))));
        TargetCall.Result result =
                answer(run, start.setReportKvPositions(true), GoldenRun.ints(golden.get("lookahead")), when);

        assertThat(result.tokens()).isEqualTo(GoldenRun.ints(golden.get("output")));
        assertKept(result, golden, start.getPrompt().getTokenIdsCount());
    }

    @ParameterizedTest
    @MethodSource("runsAndLookahead")
    void verifyingALookaheadChangesNothingButTheNumberOfSteps(GoldenRun run, Lookahead when) {
        int[] right = Arrays.copyOf(run.greedy(), 6);
        right[5] = (right[5] + 1) % 250;
        TargetCall.Result result = answer(run, LoopbackTarget.start(run.prompt(), OUTPUT_TOKENS), right, when);

        assertThat(result.tokens()).isEqualTo(run.greedy());
        assertThat(result.finished().getLookahead().getAcceptedTokenCount()).isEqualTo(5);
        assertThat(result.deltas().get(0).getTokenIdsCount()).isEqualTo(6);
    }

    private static GenerationStart.Builder keptStart(GoldenRun run) {
        int[] kept = GoldenRun.ints(run.method("specpc").get("kept"));
        int[] tokens = Arrays.stream(kept).map(index -> run.prompt()[index]).toArray();
        GenerationStart.Builder start = LoopbackTarget.start(tokens, OUTPUT_TOKENS);
        start.getPromptBuilder()
                .setOriginalTokenCount(run.prompt().length)
                .addAllOriginalPositions(Arrays.stream(kept).boxed().toList());
        return start;
    }

    /** The golden lists leave the window and the re-fed last token out. */
    private static void assertKept(TargetCall.Result result, JsonNode golden, int promptTokens) {
        List<List<List<Integer>>> expected =
                new ObjectMapper().convertValue(golden.get("kept_per_layer_head"), new TypeReference<>() {});
        for (int layer = 0; layer < expected.size(); layer++) {
            for (int head = 0; head < expected.get(layer).size(); head++) {
                KvHeadUsage usage = result.finished().getKv().getLayers(layer).getHeads(head);
                List<Integer> selected = expected.get(layer).get(head);
                assertThat(usage.getKeptPositionsList()).startsWith(selected.toArray(new Integer[0]));
                assertThat(usage.getKeptPositionsList()).endsWith(promptTokens - 1);
                assertThat(usage.getKeptPositionsCount()).isEqualTo(usage.getKeptTokenCount());
            }
        }
    }

    private static Method.Builder unverified(String name) {
        return Method.newBuilder().setName(name).setVerifyLookahead(false).setExtraSettings(Struct.newBuilder());
    }

    private static StageSettings stage(JsonNode config) {
        StageSettings.Builder stage = StageSettings.newBuilder();
        try {
            var json = config.deepCopy();
            ((com.fasterxml.jackson.databind.node.ObjectNode) json)
                    .put(
                            "pool_type",
                            PoolType.POOL_TYPE_MAX.getNumber()
                                    + (config.get("pool_type").asText().equals("mean") ? 1 : 0));
            ((com.fasterxml.jackson.databind.node.ObjectNode) json)
                    .put(
                            "reduction_type",
                            ReductionType.valueOf("REDUCTION_TYPE_"
                                            + config.get("reduction_type")
                                                    .asText()
                                                    .toUpperCase(java.util.Locale.ROOT))
                                    .getNumber());
            JsonFormat.parser().merge(json.toString(), stage);
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
        return stage.build();
    }
}
