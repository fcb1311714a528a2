package io.speckv.target;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import io.speckv.kit.failure.FailureCode;
import io.speckv.proto.v1.Float32Scores;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.ImportanceScores;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.PositionRule;
import io.speckv.proto.v1.SecondStage;
import io.speckv.proto.v1.StageSettings;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** Starts of generations that each break one rule, with the failure and the field that must be named. */
final class BadStarts {
    private BadStarts() {}

    static Stream<Arguments> all() {
        return Stream.of(badPrompts(), badPositions(), badScores(), badMethods(), badSampling(), badLookahead())
                .flatMap(s -> s);
    }

    private static Stream<Arguments> badPrompts() {
        return Stream.of(
                bad("prompt.token_ids", start -> start.clearPrompt()),
                bad(
                        FailureCode.TOKEN_OUT_OF_VOCAB,
                        "prompt.token_ids[20]",
                        start -> start.getPromptBuilder().addTokenIds(264)),
                bad(
                        FailureCode.TOKEN_OUT_OF_VOCAB,
                        "prompt.token_ids[20]",
                        start -> start.getPromptBuilder().addTokenIds(-1)),
                bad(
                        FailureCode.PROMPT_TOO_LONG,
                        "prompt.token_ids",
                        start -> start.setPrompt(LoopbackTarget.start(LoopbackTarget.prompt(4001), 1)
                                .getPrompt())),
                // The model has room, the largest cache slot has not.
                bad(
                        FailureCode.PROMPT_TOO_LONG,
                        "prompt.token_ids",
                        start -> start.setPrompt(LoopbackTarget.start(LoopbackTarget.prompt(2100), 1)
                                .getPrompt())),
                bad(
                        FailureCode.PROMPT_TOO_LONG,
                        "prompt.token_ids",
                        start -> start.getSamplingBuilder().setMaxNewTokens(2500)),
                bad(
                        FailureCode.TOKENIZER_MISMATCH,
                        "tokenizer_fingerprint",
                        start -> start.setTokenizerFingerprint("0badc0de")),
                bad(
                        "prompt.protected_places[1]",
                        start -> start.getPromptBuilder().addProtectedPlaces(7).addProtectedPlaces(7)),
                bad(
                        "prompt.protected_places[0]",
                        start -> start.getPromptBuilder().addProtectedPlaces(20)),
                bad("engine.priority", start -> start.getEngineBuilder().setPriority(1)),
                bad("request_id", start -> start.setRequestId("x".repeat(129))),
                bad("request_id", start -> start.setRequestId("a\nb")));
    }

    private static Stream<Arguments> badPositions() {
        String field = "prompt.original_positions";
        return Stream.of(
                bad(
                        field,
                        start -> start.getPromptBuilder()
                                .setOriginalTokenCount(30)
                                .addOriginalPositions(1)),
                bad(field + "[7]", start -> positions(start, 6, 30)),
                bad(field + "[7]", start -> positions(start, 5, 30)),
                bad(
                        field + "[19]",
                        start -> positions(start, 7, 19 + 2).getPromptBuilder().setOriginalPositions(19, 21)),
                bad(
                        field + "[0]",
                        start -> positions(start, 7, 30).getPromptBuilder().setOriginalPositions(0, -1)),
                bad("prompt.original_token_count", start -> positions(start, 7, 19)),
                bad("prompt.original_token_count", start -> positions(start, 7, 0)),
                bad(
                        "prompt.original_token_count",
                        start -> start.getPromptBuilder().setOriginalTokenCount(21)),
                bad(
                        FailureCode.PROMPT_TOO_LONG,
                        field,
                        start -> positions(start, 7, 8192)
                                .getPromptBuilder()
                                .setPositionRule(PositionRule.POSITION_RULE_ORIGINAL)));
    }

    /** Positions 0, 1, 2 and so on, but for the one with index 7. */
    private static GenerationStart.Builder positions(GenerationStart.Builder start, int seventh, int original) {
        for (int i = 0; i < 20; i++) {
            start.getPromptBuilder().addOriginalPositions(i == 7 ? seventh : i);
        }
        start.getPromptBuilder().setOriginalTokenCount(original);
        return start;
    }

    private static Stream<Arguments> badScores() {
        return Stream.of(
                bad("prompt.scores[3]", start -> scores(start, 20, Float.NaN)),
                bad("prompt.scores[3]", start -> scores(start, 20, Float.NEGATIVE_INFINITY)),
                bad("prompt.scores", start -> scores(start, 19, 0)),
                bad(
                        "prompt.scores.float16",
                        start -> start.getPromptBuilder()
                                .setScores(
                                        ImportanceScores.newBuilder().setFloat16(ByteString.copyFrom(new byte[39])))),
                bad(
                        "prompt.scores",
                        start -> start.setMethod(Method.newBuilder()
                                .setName("speckv-pc")
                                .setSecondStage(SecondStage.SECOND_STAGE_RECEIVED)
                                .setSpeckv(stage().setMaxCapacityPrompt(10).setWindowSize(4)))));
    }

    private static void scores(GenerationStart.Builder start, int count, float fourth) {
        Float32Scores.Builder scores = Float32Scores.newBuilder();
        for (int i = 0; i < count; i++) {
            scores.addValues(i == 3 ? fourth : 1);
        }
        start.getPromptBuilder().setScores(ImportanceScores.newBuilder().setFloat32(scores));
    }

    private static Stream<Arguments> badMethods() {
        return Stream.of(
                bad("method.name", start -> start.getMethodBuilder().setName("speckv-xl")),
                bad("method.settings.window_size", start -> snapKv(start, stage().setWindowSize(0))),
                bad("method.settings.max_capacity_prompt", start -> snapKv(start, stage().setMaxCapacityPrompt(0))),
                bad(
                        "method.settings.max_capacity_prompt",
                        start -> snapKv(start, stage().setMaxCapacityPrompt(8).setWindowSize(8))),
                bad("method.settings.kernel_size", start -> snapKv(start, stage().setKernelSize(4))),
                bad("method.settings.score_mass", start -> snapKv(start, stage().setScoreMass(0.5))),
                bad(
                        "method.speckv.score_mass",
                        start -> start.getMethodBuilder().setName("speckv-pc").setSpeckv(stage().setScoreMass(1.5))),
                bad(
                        "method.blend_weight",
                        start -> start.getMethodBuilder()
                                .setName("speckv-pc")
                                .setSecondStage(SecondStage.SECOND_STAGE_BLEND)
                                .setBlendWeight(Double.NaN)),
                bad("method.extra_settings.windw_size", start -> extra(start, "windw_size", 8)),
                bad("method.extra_settings.window_size", start -> extra(start, "window_size", 0)),
                bad("method.extra_settings.window_size", start -> {
                    extra(start, "window_size", 8);
                    start.getMethodBuilder().setSettings(stage().setWindowSize(8));
                }));
    }

    private static StageSettings.Builder stage() {
        return StageSettings.newBuilder();
    }

    private static void snapKv(GenerationStart.Builder start, StageSettings.Builder settings) {
        start.getMethodBuilder().setName("snapkv").setSettings(settings);
    }

    private static void extra(GenerationStart.Builder start, String key, double value) {
        start.getMethodBuilder()
                .setName("snapkv")
                .setExtraSettings(Struct.newBuilder()
                        .putFields(key, Value.newBuilder().setNumberValue(value).build()));
    }

    private static Stream<Arguments> badSampling() {
        return Stream.of(
                bad(
                        "sampling.max_new_tokens",
                        start -> start.getSamplingBuilder().setMaxNewTokens(0)),
                bad(
                        "sampling.max_new_tokens",
                        start -> start.getSamplingBuilder().setMaxNewTokens(3001)),
                bad("sampling.temperature", start -> start.getSamplingBuilder().setTemperature(Float.NaN)),
                bad("sampling.temperature", start -> start.getSamplingBuilder().setTemperature(-1)),
                bad("sampling.top_k", start -> start.getSamplingBuilder().setTopK(265)),
                bad("sampling.top_p", start -> start.getSamplingBuilder().setTopP(0)),
                bad("sampling.min_p", start -> start.getSamplingBuilder().setMinP(1.5f)),
                bad(
                        "sampling.repetition_penalty",
                        start -> start.getSamplingBuilder().setRepetitionPenalty(0)),
                bad(
                        "sampling.presence_penalty",
                        start -> start.getSamplingBuilder().setPresencePenalty(3)),
                bad(
                        "sampling.frequency_penalty",
                        start -> start.getSamplingBuilder().setFrequencyPenalty(-3)),
                bad(
                        "sampling.stop",
                        start -> start.getSamplingBuilder().addAllStop(java.util.Collections.nCopies(17, "a"))),
                bad("sampling.stop[0]", start -> start.getSamplingBuilder().addStop("")),
                bad(
                        FailureCode.TOKEN_OUT_OF_VOCAB,
                        "sampling.stop_token_ids[0]",
                        start -> start.getSamplingBuilder().addStopTokenIds(264)),
                bad(
                        "sampling.min_new_tokens",
                        start -> start.getSamplingBuilder().setMinNewTokens(5)),
                bad(
                        "sampling.response_format",
                        start -> start.getSamplingBuilder()
                                .getResponseFormatBuilder()
                                .setJsonObject(true)),
                bad("sampling.top_logprobs", start -> start.getSamplingBuilder().setTopLogprobs(21)));
    }

    private static Stream<Arguments> badLookahead() {
        return Stream.of(
                bad(
                        FailureCode.TOKEN_OUT_OF_VOCAB,
                        "lookahead.token_ids[1]",
                        start -> start.setLookahead(LoopbackTarget.lookahead(0, true, 1, 300))),
                bad("lookahead.first_index", start -> start.setLookahead(LoopbackTarget.lookahead(1, true, 1))),
                bad(
                        "lookahead.token_ids",
                        start -> start.setLookahead(LoopbackTarget.lookahead(0, true, LoopbackTarget.prompt(17)))),
                bad("lookahead_wait", start -> start.setLookaheadWait(Durations.fromMillis(-1))),
                bad("lookahead_wait", start -> start.setLookaheadWait(Durations.fromMillis(60_001))),
                bad(
                        "lookahead_wait",
                        start -> start.setLookaheadWait(Duration.newBuilder().setNanos(Integer.MAX_VALUE))));
    }

    private static Arguments bad(String field, Consumer<GenerationStart.Builder> spoil) {
        return bad(FailureCode.FIELD_INVALID, field, spoil);
    }

    private static Arguments bad(FailureCode code, String field, Consumer<GenerationStart.Builder> spoil) {
        GenerationStart.Builder start = good();
        spoil.accept(start);
        return Arguments.of(field, code, start.build());
    }

    static GenerationStart.Builder good() {
        return LoopbackTarget.start(LoopbackTarget.prompt(20), 4);
    }
}
