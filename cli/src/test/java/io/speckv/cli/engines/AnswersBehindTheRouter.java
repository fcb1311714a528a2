package io.speckv.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.proto.v1.AnswerChoices;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every real engine answers behind the router: what our own target does. */
abstract class AnswersBehindTheRouter extends BehindTheRouter {
    @Test
    void answersAreThoseOfOurOwnTargetTokenForToken() throws IOException, InterruptedException {
        try (ServedTrio ours = ours()) {
            for (GenerateRequest.Builder request :
                    List.of(EngineRequests.compressed(24), EngineRequests.request("full", Map.of(), 24))) {
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
        try (ServedTrio ours = ours()) {
            Map<String, Double> expected = RulerPoints.of(ours, results.resolve("ours"));
            Map<String, Double> points = RulerPoints.of(served, results.resolve("engine"));

            assertThat(points.keySet()).isEqualTo(expected.keySet()).hasSize(4);
            assertThat(expected.values()).as("needles are found at all").anyMatch(found -> found > 50);
            points.forEach(
                    (cell, found) -> assertThat(found).as(cell).isCloseTo(expected.get(cell), Offset.offset(2.0)));
        }
    }

    private void assertLaidOutAlike(ServedTrio rendered, Chat chat) {
        TokenizeRequest tokenize = TokenizeRequest.newBuilder()
                .setPrompt(Prompt.newBuilder().setChat(chat))
                .build();
        assertThat(rendered.client().tokenize(tokenize))
                .isEqualTo(served.client().tokenize(tokenize));
    }

    /** The bundled target has a template that we can read, so both ways can be compared. */
    @Test
    void theEnginesRendererLaysChatsOutAsTheirTemplateDoes() throws IOException, InterruptedException {
        try (ServedTrio rendered = rendering()) {
            assertLaidOutAlike(rendered, EngineRequests.longerThanTheEnginesContext());
            for (Chat chat : EngineRequests.chats()) {
                assertLaidOutAlike(rendered, chat);
                Prompt prompt = Prompt.newBuilder().setChat(chat).build();
                ExplainRequest explain = ExplainRequest.newBuilder()
                        .setPrompt(prompt)
                        .setMethod(EngineRequests.compressed(1).getMethod())
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
        GenerateOnceResponse answer = served.once(EngineRequests.request(
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
        GenerateRequest.Builder request = EngineRequests.compressed(4);
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
        GenerateRequest.Builder request = EngineRequests.compressed(24);
        request.getSamplingBuilder().addStop("172");
        GenerateOnceResponse answer = served.once(request);

        assertThat(answer.getAnswer().getText()).endsWith("48").doesNotContain("172");
        assertThat(answer.getFinished().getMatchedStop()).isEqualTo("172");
    }

    @Test
    void theSameSeedDrawsTheSameTokens() throws IOException {
        GenerateRequest.Builder request = EngineRequests.compressed(24);
        request.getSamplingBuilder().setTemperature(1.5f).setSeed(7).setIgnoreEos(true);

        assertThat(served.once(request).getAnswer().getTokenIdsList())
                .isEqualTo(served.once(request).getAnswer().getTokenIdsList());
    }

    /** Held to a schema, the bundled model may fill an answer with white space, which most schemas allow. */
    @Test
    void anAnswerIsHeldToItsChoices() throws IOException {
        GenerateRequest.Builder request = EngineRequests.compressed(60);
        request.getSamplingBuilder()
                .setResponseFormat(ResponseFormat.newBuilder()
                        .setChoices(AnswerChoices.newBuilder().addTexts("Paris").addTexts("Rome")));

        assertThat(served.once(request).getAnswer().getText()).isIn("Paris", "Rome");
    }

    /**
     * A model that was never told of tools has no other choice. JSON allows white space without end, which such a model may
     * write to the last of its tokens, so white space is forbidden.
     */
    @Test
    void aCallThatIsRequiredIsMade() throws IOException, InterruptedException {
        String tools = """
                [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties":
                 {"at": {"type": "string", "enum": ["box", "bag"]}}, "required": ["at"], "additionalProperties": false}}}]
                """;
        Chat asked = EngineRequests.chat("user", "Where is it?").toBuilder()
                .setToolUse(ToolUse.newBuilder().setDefinitionsJson(tools).setChoice(ToolChoice.TOOL_CHOICE_REQUIRED))
                .build();
        try (ServedTrio calling = before(engine, "--answers.tool-calls=hermes")) {
            GenerateOnceResponse answer = calling.once(GenerateRequest.newBuilder()
                    .setPrompt(Prompt.newBuilder().setChat(asked))
                    .setMethod(Method.newBuilder().setName("full"))
                    .setSampling(EngineRequests.withoutWhiteSpace(TARGET).setMaxNewTokens(300)));

            JsonNode call = JSON.readTree(answer.getAnswer().getText());
            assertThat(answer.getStarted().getAnswerMarks().getPrefix()).isEqualTo("<tool_call>\n");
            assertThat(call.path("name").asText()).isEqualTo("look");
            assertThat(call.at("/arguments/at").asText()).isIn("box", "bag");
        }
    }
}
