package io.speckv.router.renderer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.engineclient.EngineReply;
import io.speckv.kit.failure.RequestException;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.CalledTool;
import io.speckv.router.renderer.ScriptedRenderer.Said;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What vLLM's parsers (hermes, qwen3) said of an answer, question by question, as it was recorded. */
class AnswerDerendererTest {
    private static final Map<String, Object> TOOLS = Map.of("tools", List.of(Map.of("function", Map.of("name", "w"))));

    private final ScriptedRenderer server = new ScriptedRenderer();

    @AfterEach
    void close() {
        server.close();
    }

    private AnswerDerenderer.Answer answer(int... prompt) {
        return server.derenderer().begin("r", TOOLS, prompt);
    }

    private static AnswerPiece reasoning(String text) {
        return AnswerPiece.newBuilder().setReasoning(text).build();
    }

    private static AnswerPiece text(String text) {
        return AnswerPiece.newBuilder().setText(text).build();
    }

    @Test
    void thoughtsTextAndCallsComeAsTheParsersFindThem() throws IOException {
        Queue<String> recorded =
                new ArrayDeque<>(Files.readAllLines(Path.of("src/test/testdata/renderer/vllm-derender.jsonl")));
        server.on(ScriptedRenderer.DERENDER, asked -> new Said(200, recorded.remove()));
        AnswerDerenderer.Answer answer = answer(1, 2, 3);
        List<AnswerPiece> pieces = new ArrayList<>();
        for (int question = 0; question < 5; question++) {
            pieces.addAll(answer.read(new int[] {question}, null).join());
        }
        assertThat(pieces).as("the call may go on").containsExactly(reasoning("hmm, so"), text("Sure."));
        pieces.addAll(answer.read(new int[0], "stop").join());

        assertThat(pieces)
                .containsExactly(
                        reasoning("hmm, so"),
                        text("Sure."),
                        AnswerPiece.newBuilder()
                                .setCall(CalledTool.newBuilder()
                                        .setTool("get_weather")
                                        .setArgumentsJson("{\"city\": \"K\u00f6ln\"}"))
                                .build());
        List<JsonNode> bodies =
                server.asked.stream().map(ScriptedRenderer.Asked::body).toList();
        assertThat(bodies.get(0).path("stream_state").isNull()).isTrue();
        assertThat(bodies.get(1).path("stream_state").path("output_token_ids").size())
                .as("what it has to remember")
                .isEqualTo(5);
        assertThat(bodies.get(1).at("/generate_chunk/choices/0/token_ids").toString())
                .isEqualTo("[1]");
        assertThat(bodies.get(1).at("/generate_chunk/choices/0/finish_reason").isNull())
                .isTrue();
        assertThat(bodies.get(5).at("/generate_chunk/choices/0/finish_reason").asText())
                .isEqualTo("stop");
        assertThat(bodies.get(0).at("/chat_request/tools/0/function/name").asText())
                .isEqualTo("w");
    }

    @Test
    void onlyTheEndOfALongPromptIsSent() {
        server.on(
                ScriptedRenderer.DERENDER,
                asked -> new Said(200, "{\"chunk\":{\"choices\":[]},\"stream_state\":null}"));
        assertThat(answer(IntStream.range(0, 100_000).toArray())
                        .read(new int[] {1}, null)
                        .join())
                .isEmpty();
        JsonNode sent = server.asked.element().body().path("prompt_token_ids");
        assertThat(sent.size()).isEqualTo(128);
        assertThat(sent.get(127).asInt()).isEqualTo(99_999);
    }

    @Test
    void anAnswerThatIsNotReadFailsWithTheRenderersName() {
        server.on(
                ScriptedRenderer.DERENDER,
                asked -> new Said(400, "{\"error\":{\"message\":\"invalid stream_state: derender failed\"}}"));
        assertThatThrownBy(() -> answer(1).read(new int[] {1}, null).join())
                .cause()
                .isInstanceOf(RequestException.class)
                .hasMessage("the vllm renderer does not read the answer: invalid stream_state: derender failed");
    }

    @Test
    void aCallThatWasCutIsText() {
        DerenderedDeltas deltas = new DerenderedDeltas();
        deltas.take(EngineReply.json(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"a\",\"arguments\":\"{}\"}}]}"));
        deltas.take(EngineReply.json(
                "{\"tool_calls\":[{\"index\":1,\"function\":{\"name\":\"b\",\"arguments\":\"{\\\"x\\\": \"}}]}"));
        deltas.end();

        List<AnswerPiece> pieces = deltas.pieces();
        assertThat(pieces).hasSize(2);
        assertThat(pieces.get(0).getCall().getTool()).isEqualTo("a");
        assertThat(pieces.get(1)).isEqualTo(text("b{\"x\": "));
    }

    @Test
    void whatComesWhileACallIsOpenFollowsIt() {
        DerenderedDeltas deltas = new DerenderedDeltas();
        deltas.take(
                EngineReply.json("{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"a\",\"arguments\":\"{\"}}]}"));
        deltas.take(EngineReply.json("{\"content\":\"so\"}"));
        deltas.take(EngineReply.json("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}"));
        deltas.end();

        List<AnswerPiece> pieces = deltas.pieces();
        assertThat(pieces).hasSize(2);
        assertThat(pieces.get(0).getCall().getArgumentsJson()).isEqualTo("{}");
        assertThat(pieces.get(1)).isEqualTo(text("so"));
    }

    @Test
    void argumentsThatAreMoreThanAnObjectAreText() {
        DerenderedDeltas deltas = new DerenderedDeltas();
        deltas.take(EngineReply.json(
                "{\"tool_calls\":[{\"index\":0,\"function\":{\"name\":\"a\",\"arguments\":\"{}{\\\"b\\\"\"}}]}"));
        deltas.end();
        assertThat(deltas.pieces()).containsExactly(text("a{}{\"b\""));
    }
}
