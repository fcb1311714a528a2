package io.speckv.enginetarget;

import static io.speckv.enginetarget.EngineTargetRig.await;
import static io.speckv.enginetarget.EngineTargetRig.order;
import static io.speckv.enginetarget.ScriptedEngine.recorded;
import static io.speckv.enginetarget.VllmEvents.CHUNK;
import static io.speckv.enginetarget.VllmEvents.COMPLETIONS;
import static io.speckv.enginetarget.VllmEvents.NOTHING;
import static io.speckv.enginetarget.VllmEvents.saying;
import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.enginetarget.EngineTargetRig.Running;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.FinishReason;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers that an engine refuses or breaks off, through a running target: every way in which an {@link EngineAnswer} ends without
 * an answer, and what it tells its caller then.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineLossTest {
    private final EngineTargetRig rig = EngineTargetRig.start(ScriptedEngine.vllm("tiny"));
    private final EngineTargetRig llamaCpp = EngineTargetRig.start(ScriptedEngine.llamaCpp());

    @AfterAll
    void close() {
        rig.close();
        llamaCpp.close();
    }

    private void says(String reason, int... ids) {
        rig.engine.on(COMPLETIONS, saying(reason, ids));
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
            wire.raw("data: " + CHUNK.formatted(1915) + "\n\ndata: " + CHUNK.formatted(1471) + "\n\n"
                    + "data: {\"error\": {\"message\": \"EngineCore encountered an issue. See stack trace (above) for the"
                    + " root cause.\", \"type\": \"InternalServerError\", \"param\": null, \"code\": 500}}\n\n"
                    + "data: [DONE]\n\n");
            wire.end();
        });
        Running answer = rig.ask(order(9));
        RemoteFailure failure = answer.failure();

        assertThat(answer.ids()).containsExactly(1915, 1471);
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

    /** It may be another engine now, which is not to be asked before it was looked at. */
    @ParameterizedTest
    @ValueSource(
            strings = {"not JSON", "{\"choices\":[{\"finish_reason\":\"moody\"}]}", "{\"error\":{\"message\":\"died\"}}"
            })
    void anEngineThatSaysWhatItsKindDoesNotIsLookedAtSoon(String event) {
        try (EngineTargetRig calm = EngineTargetRig.start(ScriptedEngine.vllm("tiny"), "--engine.look-every=1h")) {
            long before = looks(calm);
            calm.engine.on(COMPLETIONS, (request, wire) -> {
                wire.openStream();
                wire.event(event);
                wire.end();
            });
            assertThat(calm.failure(order(9)).code()).contains(FailureCode.NO_TARGET);

            await(() -> looks(calm) > before, "the engine is not looked at");
        }
    }

    private static long looks(EngineTargetRig rig) {
        return rig.engine.asked.stream()
                .filter(request -> request.path().equals("/health"))
                .count();
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
}
