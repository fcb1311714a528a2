package io.speckv.enginetarget;

import static io.speckv.enginetarget.EngineTargetRig.await;
import static io.speckv.enginetarget.EngineTargetRig.order;
import static io.speckv.enginetarget.ScriptedEngine.recorded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.enginetarget.EngineTargetRig.Running;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of real engines, as they were recorded and as they break off, through a running target. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineAnswerTest {
    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHUNK =
            "{\"choices\":[{\"index\":0,\"text\":\"x\",\"finish_reason\":null,\"token_ids\":[%d]}]}";
    private static final String NOTHING =
            "{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":null,\"token_ids\":[]}]}";
    private static final String LAST =
            "{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"%s\",\"stop_reason\":null,\"token_ids\":[]}]}";
    private static final String USAGE =
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":6,\"completion_tokens\":%d,\"prompt_tokens_details\":{\"cached_tokens\":4}}}";

    private final EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("tiny"));
    private final EngineTargetRig llamaCpp = EngineTargetRig.start(ScriptedEngine.llamaCpp());

    @AfterAll
    void close() {
        rig.close();
        llamaCpp.close();
    }

    private JsonNode lastBody() {
        List<ScriptedEngine.Asked> completions = rig.engine.completions();
        return completions.get(completions.size() - 1).json();
    }

    private void says(String reason, int... ids) {
        rig.engine.on(COMPLETIONS, saying(reason, ids));
    }

    /** Says these tokens one by one, then ends. */
    private static ScriptedEngine.Script saying(String reason, int... ids) {
        return (request, wire) -> {
            wire.openStream();
            for (int id : ids) {
                wire.event(CHUNK.formatted(id));
            }
            wire.event(LAST.formatted(reason));
            wire.event(USAGE.formatted(ids.length));
            wire.event("[DONE]");
            wire.end();
        };
    }

    @Test
    void aRecordedAnswerOfVllmComesWithItsTokensTextAndUsage() {
        rig.engine.on(COMPLETIONS, recorded("vllm/stream-full"));
        Running answer = rig.ask(order(3));
        GenerationFinished finished = answer.finished();

        assertThat(answer.ids()).containsExactly(58, 58, 58);
        assertThat(answer.text()).isEqualTo(":::");
        assertThat(finished.getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
        assertThat(finished.getUsage().getGeneratedTokenCount()).isEqualTo(3);
        assertThat(finished.getUsage().getKeptTokenCount()).isEqualTo(6);
        assertThat(finished.getUsage().hasCachedTokenCount()).isFalse();
        assertThat(finished.hasKv()).isFalse();
        assertThat(finished.getTimingsList())
                .extracting(StageTiming::getStage)
                .containsExactly(Stage.STAGE_TARGET_QUEUE, Stage.STAGE_TARGET_PREFILL, Stage.STAGE_TARGET_DECODE);
    }

    @Test
    void whatTheEngineHadInItsCacheIsTold() {
        says("length", 58, 58);

        assertThat(rig.ask(order(2)).finished().getUsage().getCachedTokenCount())
                .isEqualTo(4);
    }

    @Test
    void theTokenThatEndsAnAnswerIsNoPartOfIt() {
        rig.engine.on(COMPLETIONS, recorded("vllm/eos-stream"));
        Running answer = rig.ask(order(6));

        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_END_OF_TEXT);
        assertThat(answer.ids()).isEmpty();
        assertThat(answer.finished().getUsage().getGeneratedTokenCount()).isZero();
    }

    @Test
    void aStopTokenOfTheRequestIsToldFromTheModelsOwn() {
        rig.engine.on(COMPLETIONS, recorded("vllm/stop-token-stream"));
        GenerationStart.Builder order = order(6);
        order.getSamplingBuilder().addStopTokenIds(1915);
        Running answer = rig.ask(order);

        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(answer.ids()).isEmpty();
    }

    @Test
    void aStopTextIsFoundHereAndTheEngineLetGo() {
        CountDownLatch closed = new CountDownLatch(1);
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            for (int id : new int[] {1915, 1471, 1664, 1358}) {
                wire.event(CHUNK.formatted(id));
            }
            wire.awaitClosed();
            closed.countDown();
        });
        GenerationStart.Builder order = order(100);
        order.getSamplingBuilder().addStop("ck br");
        Running answer = rig.ask(order);

        assertThat(answer.finished().getMatchedStop()).isEqualTo("ck br");
        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_STOP);
        assertThat(answer.text()).isEqualTo("The qui");
        assertThat(answer.ids()).containsExactly(1915, 1471, 1664);
        await(() -> closed.getCount() == 0, "the engine's connection is open");
    }

    @Test
    void whatEndsTheAnswerCanBePartOfItsText() {
        says("length", 1915, 1471, 1664, 1358);
        GenerationStart.Builder order = order(4);
        order.getSamplingBuilder().addStop("quick").setIncludeStop(true);
        assertThat(rig.ask(order).textAtEnd()).isEqualTo("The quick");

        GenerationStart.Builder atToken = order(4);
        atToken.getSamplingBuilder().addStopTokenIds(1664).setIncludeStop(true);
        Running answer = rig.ask(atToken);
        assertThat(answer.textAtEnd()).isEqualTo("The quick brown");
        assertThat(answer.ids()).containsExactly(1915, 1471);
    }

    @Test
    void noEndIsLookedForBeforeTheLeastLength() {
        says("length", 1915, 1471, 1915, 1471);
        GenerationStart.Builder order = order(4);
        order.getSamplingBuilder().addStop("quick").setMinNewTokens(3);
        Running answer = rig.ask(order);

        assertThat(answer.textAtEnd()).isEqualTo("The quickThe ");
        assertThat(lastBody().path("min_tokens").asInt()).isEqualTo(3);
        assertThat(lastBody().has("stop")).isFalse();
    }

    @Test
    void moreStopTextsThanTheEngineTakesAreNotSentThere() {
        says("length", 1915, 1471);
        GenerationStart.Builder order = order(2);
        for (String stop : new String[] {"a1", "b2", "c3", "d4", "quick"}) {
            order.getSamplingBuilder().addStop(stop);
        }
        Running answer = rig.ask(order);

        assertThat(answer.finished().getMatchedStop()).isEqualTo("quick");
        assertThat(answer.text()).isEqualTo("The ");
        assertThat(lastBody().has("stop")).isFalse();
    }

    @Test
    void anAnswerThatTheContextCutsSaysSo() {
        try (EngineTargetRig small =
                EngineTargetRig.start(ScriptedEngine.vllm("tiny").serves("tiny", 9))) {
            small.engine.on(COMPLETIONS, saying("length", 58, 58, 58));
            Running answer = small.ask(order(50));

            assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_CONTEXT_FULL);
            assertThat(small.engine
                            .completions()
                            .get(0)
                            .json()
                            .path("max_tokens")
                            .asInt())
                    .isEqualTo(3);
        }
    }

    @Test
    void alternativesComeByTheirIds() {
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event(
                    "{\"choices\":[{\"index\":0,\"text\":\"The\",\"finish_reason\":\"length\",\"token_ids\":[1915],\"logprobs\":"
                            + "{\"token_logprobs\":[-0.25],\"tokens\":[\"token_id:1915\"],\"top_logprobs\":"
                            + "[{\"token_id:58\":-3.5,\"token_id:1915\":-0.25,\"token_id:1471\":-1.5}]}}]}");
            wire.event(USAGE.formatted(1));
            wire.event("[DONE]");
            wire.end();
        });
        GenerationStart.Builder order = order(1);
        order.getSamplingBuilder().setTopLogprobs(2);
        Running answer = rig.ask(order);
        answer.finished();
        TokenLogprobs logprobs = answer.deltas().get(0).getLogprobs(0);

        assertThat(logprobs.getLogprob()).isEqualTo(-0.25f);
        assertThat(logprobs.getText()).isEqualTo("The");
        assertThat(logprobs.getAlternativesList())
                .extracting(token -> token.getTokenId() + " " + token.getLogprob() + token.getText())
                .containsExactly("1915 -0.25The", "1471 -1.5 quick");
    }

    @ParameterizedTest
    @CsvSource({
        "vllm/too-long, PROMPT_TOO_LONG",
        "vllm/out-of-vocabulary, FIELD_INVALID",
        "vllm/bad-temperature, FIELD_INVALID",
        "vllm/overload, QUEUE_FULL",
        "vllm/model-gone, NO_TARGET",
        "vllm/no-key, NO_TARGET",
    })
    void aRecordedRefusalOfVllmIsOurs(String recording, FailureCode code) {
        rig.engine.on(COMPLETIONS, recorded(recording));
        RemoteFailure failure = rig.failure(order(3));

        assertThat(failure.code()).contains(code);
        if (code == FailureCode.QUEUE_FULL || code == FailureCode.NO_TARGET) {
            assertThat(failure.retryAfter()).isPresent();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "llama-cpp/too-long, PROMPT_TOO_LONG",
        "llama-cpp/out-of-vocabulary, FIELD_INVALID",
        "llama-cpp/loading, LOADING",
        "llama-cpp/no-key, NO_TARGET",
    })
    void aRecordedRefusalOfLlamaCppIsOurs(String recording, FailureCode code) {
        llamaCpp.engine.on("/completion", recorded(recording));

        assertThat(llamaCpp.failure(order(3)).code()).contains(code);
    }

    @Test
    void aRefusedFieldIsNamedAsTheRequestNamesIt() {
        rig.engine.on(
                COMPLETIONS,
                (request, wire) ->
                        wire.json(400, "{\"error\":{\"message\":\"too many\",\"param\":\"max_tokens\",\"code\":400}}"));

        assertThat(rig.failure(order(3)).fields()).containsExactly("sampling.max_new_tokens");
    }

    @Test
    void aTimeToTryAgainIsPassedOn() {
        rig.engine.on(
                COMPLETIONS,
                (request, wire) -> wire.json(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After: 7"));
        RemoteFailure failure = rig.failure(order(3));

        assertThat(failure.code()).contains(FailureCode.QUEUE_FULL);
        assertThat(failure.retryAfter())
                .hasValueSatisfying(wait -> assertThat(wait).hasSeconds(7));
    }

    @Test
    void anEngineThatDiesInMidAnswerEndsItWithWhatItSaid() {
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event(CHUNK.formatted(1915));
            wire.event(CHUNK.formatted(1471));
            wire.raw(
                    "data: {\"error\": {\"message\": \"EngineCore encountered an issue. See stack trace (above) for the"
                            + " root cause.\", \"type\": \"InternalServerError\", \"param\": null, \"code\": 500}}\n\n");
            wire.event("[DONE]");
            wire.end();
        });
        RemoteFailure failure = rig.failure(order(9));

        assertThat(failure.code()).contains(FailureCode.TARGET_LOST);
        assertThat(failure.message()).contains("EngineCore encountered an issue");
        assertThat(failure.metadata()).containsEntry("generated_token_count", "2");
    }

    @Test
    void aConnectionThatBreaksOffIsToldBeforeAndAfterTheFirstToken() {
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.cut();
        });
        assertThat(rig.failure(order(9)).code()).contains(FailureCode.NO_TARGET);

        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event(CHUNK.formatted(1915));
            wire.cut();
        });
        Running answer = rig.ask(order(9));
        assertThat(answer.failure().code()).contains(FailureCode.TARGET_LOST);
    }

    @Test
    void aStreamThatEndsWithoutALastEventIsNoAnswer() {
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event(CHUNK.formatted(1915));
            wire.event("[DONE]");
            wire.end();
        });

        assertThat(rig.failure(order(9)).code()).contains(FailureCode.TARGET_LOST);
    }

    @Test
    void silenceBetweenTokensEndsTheAnswerAndTheConnection() {
        CountDownLatch closed = new CountDownLatch(1);
        try (EngineTargetRig impatient =
                EngineTargetRig.start(ScriptedEngine.vllm("tiny"), "--patience.between-tokens=200ms")) {
            impatient.engine.on(COMPLETIONS, (request, wire) -> {
                wire.openStream();
                wire.event(CHUNK.formatted(1915));
                wire.awaitClosed();
                closed.countDown();
            });
            RemoteFailure failure = impatient.failure(order(9));

            assertThat(failure.code()).contains(FailureCode.TARGET_LOST);
            assertThat(failure.message()).contains("sent nothing for 200 ms");
            await(() -> closed.getCount() == 0, "the engine's connection is open");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NOTHING, "{\"choices\":[],\"usage\":{\"completion_tokens\":1}}", "{}"})
    void eventsThatSayNothingAreSilence(String nothing) {
        try (EngineTargetRig impatient =
                EngineTargetRig.start(ScriptedEngine.vllm("tiny"), "--patience.between-tokens=200ms")) {
            impatient.engine.on(COMPLETIONS, (request, wire) -> {
                wire.openStream();
                wire.event(CHUNK.formatted(1915));
                while (true) { // until the connection is closed
                    wire.event(nothing);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                }
            });

            assertThat(impatient.failure(order(9)).code()).contains(FailureCode.TARGET_LOST);
        }
    }

    @Test
    void anEngineThatTalksOnBehindTheEndIsLeft() {
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event("{\"choices\":[{\"index\":0,\"text\":\"\",\"token_ids\":[1915],\"finish_reason\":\"length\"}]}");
            while (true) { // until the connection is closed
                wire.event(CHUNK.formatted(1915));
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            }
        });
        Running answer = rig.ask(order(1));

        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
        assertThat(answer.ids()).containsExactly(1915);
    }

    @Test
    void silenceBeforeTheFirstTokenLetsAnotherTargetBeAsked() {
        try (EngineTargetRig impatient = EngineTargetRig.start(
                ScriptedEngine.vllm("tiny"), "--patience.first-token=200ms", "--patience.per-prompt-token=0s")) {
            impatient.engine.on(COMPLETIONS, (request, wire) -> {
                wire.openStream();
                wire.awaitClosed();
            });

            assertThat(impatient.failure(order(9)).code()).contains(FailureCode.NO_TARGET);
        }
    }

    @Test
    void aCallerWhoGoesAwayClosesTheEnginesConnection() {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            asked.countDown();
            wire.awaitClosed(); // it prefills: not even the head of its answer has left
            closed.countDown();
        });
        Running answer = rig.ask(order(9));
        await(() -> asked.getCount() == 0, "the engine was not asked");
        answer.cancel();

        await(() -> closed.getCount() == 0, "the engine's connection is open");
        await(() -> rig.server.openCalls() == 0 && rig.server.running() == 0, "the call still holds its place");
    }

    @Test
    void somethingElseThanAStreamIsNoAnswer() {
        rig.engine.on(COMPLETIONS, (request, wire) -> wire.json(200, "{\"hello\":1}"));
        assertThat(rig.failure(order(9)).message()).contains("something else than a stream");

        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event("not JSON");
            wire.end();
        });
        assertThat(rig.failure(order(9)).message()).contains("no JSON object");
    }

    @Test
    void anIdleConnectionThatTheEngineJustClosedCostsNoRequest() {
        says("length", 58);
        rig.ask(order(1)).finished();
        CountDownLatch first = new CountDownLatch(1);
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            if (first.getCount() > 0) {
                first.countDown();
                wire.cut();
            } else {
                saying("length", 58).answer(request, wire);
            }
        });

        assertThat(rig.ask(order(1)).finished().getUsage().getGeneratedTokenCount())
                .isEqualTo(1);
    }

    @Test
    void llamaCppsEndTokenIsNoPartOfTheAnswer() {
        llamaCpp.engine.on("/completion", recorded("llama-cpp/end-token"));
        Running answer = llamaCpp.ask(order(6));

        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_END_OF_TEXT);
        assertThat(answer.ids()).isEmpty();
    }

    @Test
    void llamaCppsAnswersComeWithTokensAndWhatWasCached() {
        llamaCpp.engine.on("/completion", recorded("llama-cpp/limit"));
        Running answer = llamaCpp.ask(order(3));

        answer.finished();

        assertThat(answer.ids()).containsExactly(1915, 1471, 1664);
        assertThat(answer.text()).isEqualTo("The quick brown");
        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
        assertThat(answer.finished().getUsage().hasCachedTokenCount()).isTrue();
    }

    /** It sends the last of a character's tokens alone, here the byte 0x82, with the whole character. */
    @Test
    void llamaCppsCharactersOfSeveralTokensAreWhole() {
        llamaCpp.engine.on("/completion", (request, wire) -> {
            wire.openStream();
            wire.event("{\"content\":\"\\ud83d\\ude02\",\"tokens\":[130],\"stop\":false}");
            wire.event("{\"content\":\"\",\"tokens\":[],\"stop\":true,\"stop_type\":\"limit\",\"tokens_predicted\":4}");
            wire.end();
        });
        Running answer = llamaCpp.ask(order(4));

        assertThat(answer.finished().getTokenIdsFromText()).isTrue();
        assertThat(answer.text()).isEqualTo("\ud83d\ude02");
        assertThat(answer.ids()).containsExactly(0xf0, 0x9f, 0x98, 0x82);
        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
    }

    /** It holds back what is no character yet, and counts its token all the same. */
    @Test
    void aLastTokenThatOnlyBeginsACharacterIsNoEndOfTheContext() {
        llamaCpp.engine.on("/completion", (request, wire) -> {
            wire.openStream();
            wire.event("{\"content\":\"The\",\"tokens\":[1915],\"stop\":false}");
            wire.event("{\"content\":\"\",\"tokens\":[],\"stop\":true,\"stop_type\":\"limit\",\"tokens_predicted\":2}");
            wire.end();
        });
        Running answer = llamaCpp.ask(order(2));

        assertThat(answer.finished().getFinishReason()).isEqualTo(FinishReason.FINISH_REASON_MAX_NEW_TOKENS);
        assertThat(answer.ids()).containsExactly(1915);
        assertThat(answer.finished().getUsage().getGeneratedTokenCount()).isEqualTo(2);
        assertThat(answer.finished().getTokenIdsFromText())
                .as("the router would miss a token")
                .isTrue();
        assertThat(llamaCpp.ask(order(3)).finished().getFinishReason())
                .isEqualTo(FinishReason.FINISH_REASON_CONTEXT_FULL);
    }

    @Test
    void llamaCppsProgressIsNoToken() {
        llamaCpp.engine.on("/completion", recorded("llama-cpp/progress"));
        Running answer = llamaCpp.ask(order(1));
        answer.finished();

        assertThat(answer.ids()).containsExactly(1915);
    }

    @Test
    void llamaCppsStopTextIsItsOwnAndOurs() {
        llamaCpp.engine.on("/completion", recorded("llama-cpp/stop-text"));
        GenerationStart.Builder order = order(6);
        order.getSamplingBuilder().addStop("brown");
        Running answer = llamaCpp.ask(order);

        assertThat(answer.finished().getMatchedStop()).isEqualTo("brown");
        assertThat(answer.text()).isEqualTo("The quick ");
    }

    @Test
    void everySamplingFieldIsSent() {
        says("length", 58);
        GenerationStart.Builder order = order(1);
        order.getSamplingBuilder().setTemperature(0.5f).setTopK(7).setSeed(11);
        rig.ask(order).finished();
        JsonNode body = lastBody();

        assertThat(body.properties().stream().map(Map.Entry::getKey))
                .contains(
                        "max_tokens",
                        "temperature",
                        "top_p",
                        "top_k",
                        "min_p",
                        "repetition_penalty",
                        "presence_penalty",
                        "frequency_penalty",
                        "seed",
                        "stop_token_ids",
                        "ignore_eos");
        assertThat(body.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(body.path("model").asText()).isEqualTo("tiny");
        assertThat(body.path("prompt")).hasSize(6);
    }
}
