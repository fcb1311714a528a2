package io.speckv.enginetarget;

import static io.speckv.enginetarget.EngineTargetRig.order;
import static io.speckv.enginetarget.ScriptedEngine.recorded;
import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.enginetarget.EngineTargetRig.Running;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerationStart;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Answers of llama.cpp, as they were recorded, through a running target. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LlamaCppAnswerTest {
    private final EngineTargetRig llamaCpp = EngineTargetRig.start(ScriptedEngine.llamaCpp());

    @AfterAll
    void close() {
        llamaCpp.close();
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

    /** The ids before the last one never come, but the text does, and each token that came has its log probability. */
    @Test
    void loggedCharactersOfSeveralTokensAreWholeToo() {
        llamaCpp.engine.on("/completion", (request, wire) -> {
            wire.openStream();
            wire.event("{\"content\":\"\\ud83d\\ude02\",\"tokens\":[130],\"stop\":false,"
                    + "\"completion_probabilities\":[{\"id\":130,\"logprob\":-0.5,\"top_logprobs\":[]}]}");
            wire.event("{\"content\":\"\",\"tokens\":[],\"stop\":true,\"stop_type\":\"limit\",\"tokens_predicted\":4}");
            wire.end();
        });
        GenerationStart.Builder order = order(4);
        order.getSamplingBuilder().setTopLogprobs(0);
        Running answer = llamaCpp.ask(order);

        assertThat(answer.finished().getTokenIdsFromText()).isTrue();
        assertThat(answer.text()).isEqualTo("\ud83d\ude02");
        assertThat(answer.ids()).containsExactly(130);
        assertThat(answer.finished().getUsage().getGeneratedTokenCount()).isEqualTo(4);
    }

    /** The server would hold back text that may begin a stop text, and then ids and texts no longer come together. */
    @Test
    void stopTextsAreNotSentToLlamaCppAndWhatWasCachedIsToldAllTheSame() {
        llamaCpp.engine.on("/completion", (request, wire) -> {
            wire.openStream();
            wire.event("{\"content\":\"The\",\"tokens\":[1915],\"stop\":false,\"timings\":{\"cache_n\":5}}");
            wire.event("{\"content\":\" quick\",\"tokens\":[1471],\"stop\":false,\"timings\":{\"cache_n\":5}}");
            wire.awaitClosed();
        });
        GenerationStart.Builder order = order(6);
        order.getSamplingBuilder().addStop("quick");
        Running answer = llamaCpp.ask(order);

        assertThat(answer.finished().getMatchedStop()).isEqualTo("quick");
        assertThat(answer.text()).isEqualTo("The ");
        assertThat(answer.finished().getUsage().getCachedTokenCount()).isEqualTo(5);
        assertThat(llamaCpp.engine.completions())
                .noneMatch(asked -> asked.json().has("stop"))
                .allMatch(asked -> asked.json().path("timings_per_token").asBoolean());
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
}
