package io.speckv.enginetarget;

import static io.speckv.enginetarget.EngineTargetRig.await;
import static io.speckv.enginetarget.EngineTargetRig.order;
import static io.speckv.enginetarget.ScriptedEngine.recorded;
import static io.speckv.enginetarget.VllmEvents.CHUNK;
import static io.speckv.enginetarget.VllmEvents.COMPLETIONS;
import static io.speckv.enginetarget.VllmEvents.USAGE;
import static io.speckv.enginetarget.VllmEvents.saying;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.enginetarget.EngineTargetRig.Running;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationFinished;
import io.speckv.proto.v1.GenerationStart;
import io.speckv.proto.v1.Stage;
import io.speckv.proto.v1.StageTiming;
import io.speckv.proto.v1.TokenLogprobs;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Answers of vLLM, as they were recorded, through a running target: what {@link EngineAnswer} makes of those that end well. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineAnswerTest {
    private final EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("tiny"));

    @AfterAll
    void close() {
        rig.close();
    }

    private JsonNode lastBody() {
        List<ScriptedEngine.Asked> completions = rig.engine.completions();
        return completions.get(completions.size() - 1).json();
    }

    private void says(String reason, int... ids) {
        rig.engine.on(COMPLETIONS, saying(reason, ids));
    }

    /** It ends the answer itself at the same token, and tells its counts in the next event. */
    @Test
    void whatWasCachedIsToldOfAnAnswerThatEndsAtAStopText() {
        rig.engine.on(COMPLETIONS, (request, wire) -> {
            wire.openStream();
            wire.event(CHUNK.formatted(1915));
            wire.event("{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"stop\",\"stop_reason\":\" quick\","
                    + "\"token_ids\":[1471]}]}");
            wire.event(USAGE.formatted(2));
            wire.end();
        });
        GenerationStart.Builder order = order(9);
        order.getSamplingBuilder().addStop(" quick");
        Running answer = rig.ask(order);

        assertThat(answer.finished().getMatchedStop()).isEqualTo(" quick");
        assertThat(answer.text()).isEqualTo("The");
        assertThat(answer.finished().getUsage().getCachedTokenCount()).isEqualTo(4);
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
