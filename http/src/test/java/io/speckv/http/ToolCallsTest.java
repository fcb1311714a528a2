package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.AnswerPieces;
import io.speckv.proto.v1.CalledTool;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ToolCallsTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String TOOLS =
            "\"tools\": [{\"type\": \"function\", \"function\": {\"name\": \"look\", \"parameters\":"
                    + " {\"type\": \"object\", \"properties\": {\"at\": {\"type\": \"number\", \"minimum\": 1.50}}}}}]";
    private static final String BODY = "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], %s}";
    private static final AnswerMarks HERMES =
            AnswerMarks.newBuilder().setToolCallFormat("hermes").build();
    private static final AnswerMarks THINKING = HERMES.toBuilder()
            .setReasoningStart("<think>")
            .setReasoningEnd("</think>")
            .build();
    private static final String CALL = "<tool_call>\n{\"name\": \"look\", \"arguments\": {\"at\": 1.50}}\n</tool_call>";

    private static FakeInference saying(AnswerMarks marks, String text) {
        return FakeInference.scripted(marks, request -> text);
    }

    @Test
    void callsOfAWholeAnswerStandBesideItsText() throws Exception {
        try (RunningGateway server = new RunningGateway(saying(HERMES, "I look.\n" + CALL + "\n" + CALL))) {
            JsonNode choice =
                    server.read(server.post(CHAT, BODY.formatted(TOOLS))).at("/choices/0");
            assertThat(choice.get("finish_reason").asText()).isEqualTo("tool_calls");
            assertThat(choice.at("/message/content").asText()).isEqualTo("I look.\n");
            assertThat(choice.at("/message/tool_calls")).hasSize(2);
            JsonNode call = choice.at("/message/tool_calls/1");
            assertThat(call.get("id").asText()).matches("call_\\w{24}");
            assertThat(call.get("type").asText()).isEqualTo("function");
            assertThat(call.at("/function/name").asText()).isEqualTo("look");
            assertThat(call.at("/function/arguments").asText()).isEqualTo("{\"at\": 1.50}");
        }
    }

    @Test
    void callsOfAStreamAreTheSame() throws Exception {
        try (RunningGateway server = new RunningGateway(saying(HERMES, "I look.\n" + CALL + "\n" + CALL))) {
            List<JsonNode> events = StreamedEvents.of(server.post(CHAT, BODY.formatted("\"stream\": true, " + TOOLS))
                    .body());
            StringBuilder content = new StringBuilder();
            List<String> names = new ArrayList<>();
            List<String> arguments = new ArrayList<>(List.of("", ""));
            String reason = "";
            for (JsonNode event : events) {
                JsonNode delta = event.at("/choices/0/delta");
                content.append(delta.path("content").asText(""));
                for (JsonNode call : delta.path("tool_calls")) {
                    int index = call.get("index").asInt();
                    if (call.has("id")) {
                        names.add(index, call.at("/function/name").asText());
                    }
                    arguments.set(
                            index,
                            arguments.get(index)
                                    + call.at("/function/arguments").asText());
                }
                reason = event.at("/choices/0/finish_reason").asText(reason);
            }
            assertThat(content.toString()).isEqualTo("I look.\n");
            assertThat(names).containsExactly("look", "look");
            assertThat(arguments).containsExactly("{\"at\": 1.50}", "{\"at\": 1.50}");
            assertThat(reason).isEqualTo("tool_calls");
        }
    }

    @Test
    void piecesThatAnEnginesRendererReadTakeThePlaceOfTheText() throws Exception {
        FakeInference service = FakeInference.with(call -> {
            call.onNext(GenerateResponse.newBuilder()
                    .setStarted(GenerateStarted.newBuilder()
                            .setAnswerMarks(AnswerMarks.newBuilder().setPiecesFollow(true)))
                    .build());
            call.onNext(FakeMessages.delta(0, "<odd>no text</odd>"));
            call.onNext(GenerateResponse.newBuilder()
                    .setPieces(AnswerPieces.newBuilder()
                            .addPieces(AnswerPiece.newBuilder().setReasoning("hm"))
                            .addPieces(AnswerPiece.newBuilder().setText("I look."))
                            .addPieces(AnswerPiece.newBuilder()
                                    .setCall(CalledTool.newBuilder()
                                            .setTool("look")
                                            .setArgumentsJson("{\"at\": 1}"))))
                    .build());
            call.onNext(FakeMessages.finished());
            call.onCompleted();
        });
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode message =
                    server.read(server.post(CHAT, BODY.formatted(TOOLS))).at("/choices/0/message");
            assertThat(message.get("content").asText()).isEqualTo("I look.");
            assertThat(message.get("reasoning_content").asText()).isEqualTo("hm");
            assertThat(message.at("/tool_calls/0/function/arguments").asText()).isEqualTo("{\"at\": 1}");
        }
    }

    @Test
    void anAnswerThatCallsAloneHasNoContent() throws Exception {
        try (RunningGateway server = new RunningGateway(saying(HERMES, "\n" + CALL))) {
            JsonNode message =
                    server.read(server.post(CHAT, BODY.formatted(TOOLS))).at("/choices/0/message");
            assertThat(message.get("content").isNull()).isTrue();
            assertThat(message.get("tool_calls")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"tool_choice\": \"none\"", "\"top_k\": 1"})
    void withoutToolsACallIsText(String fields) throws Exception {
        String tools = fields.contains("none") ? TOOLS + ", " : "";
        FakeInference service = saying(AnswerMarks.getDefaultInstance(), CALL);
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode choice = server.read(server.post(CHAT, BODY.formatted(tools + fields)))
                    .at("/choices/0");
            assertThat(choice.at("/message/content").asText()).isEqualTo(CALL);
            assertThat(choice.get("finish_reason").asText()).isEqualTo("stop");
            assertThat(service.requests.take().getPrompt().getChat().hasToolUse())
                    .isFalse();
        }
    }

    @Test
    void toolsReachTheRouterAsTheyWereWritten() throws Exception {
        FakeInference service = saying(HERMES, CALL);
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(CHAT, BODY.formatted(TOOLS));
            GenerateRequest auto = service.requests.take();
            assertThat(auto.getPrompt().getChat().getToolUse().getChoice()).isEqualTo(ToolChoice.TOOL_CHOICE_AUTO);
            assertThat(auto.getPrompt().getChat().getToolUse().getDefinitionsJson())
                    .startsWith("[{\"type\":\"function\",\"function\":{\"name\":\"look\"")
                    .contains("\"minimum\":1.5}");
            server.post(
                    CHAT,
                    BODY.formatted(
                            TOOLS + ", \"tool_choice\": {\"type\": \"function\", \"function\": {\"name\": \"look\"}}"));
            GenerateRequest named = service.requests.take();
            assertThat(named.getPrompt().getChat().getToolUse().getChoice()).isEqualTo(ToolChoice.TOOL_CHOICE_REQUIRED);
            assertThat(named.getPrompt().getChat().getToolUse().getTool()).isEqualTo("look");
        }
    }

    @Test
    void whetherARequiredCallWasMadeIsTold() throws Exception {
        String required = TOOLS + ", \"tool_choice\": \"required\"";
        try (RunningGateway server = new RunningGateway(saying(HERMES, "no"))) {
            JsonNode answer = server.read(server.post(CHAT, BODY.formatted(required)));
            assertThat(answer.at("/speckv/tool_choice/asked").asText()).isEqualTo("required");
            assertThat(answer.at("/speckv/tool_choice/met").asBoolean(true)).isFalse();
        }
        AnswerMarks begun =
                HERMES.toBuilder().setPrefix("<tool_call>\n{\"name\": \"").build();
        String rest = CALL.substring(begun.getPrefix().length());
        try (RunningGateway server = new RunningGateway(saying(begun, rest))) {
            JsonNode answer = server.read(server.post(CHAT, BODY.formatted(required)));
            assertThat(answer.at("/choices/0/message/tool_calls/0/function/name")
                            .asText())
                    .isEqualTo("look");
            assertThat(answer.at("/speckv/tool_choice/met").asBoolean()).isTrue();
        }
    }

    @Test
    void oneCallIsPassedOnWhereOneIsAllowed() throws Exception {
        try (RunningGateway server = new RunningGateway(saying(HERMES, CALL + CALL + CALL))) {
            JsonNode answer =
                    server.read(server.post(CHAT, BODY.formatted(TOOLS + ", \"parallel_tool_calls\": false")));
            assertThat(answer.at("/choices/0/message/tool_calls")).hasSize(1);
            assertThat(answer.at("/speckv/dropped_tool_calls").asInt()).isEqualTo(2);
        }
    }

    @Test
    void idsOfMistralsCallsAreAsItsTemplatesTakeThem() throws Exception {
        AnswerMarks mistral =
                AnswerMarks.newBuilder().setToolCallFormat("mistral").build();
        try (RunningGateway server = new RunningGateway(saying(mistral, "[TOOL_CALLS]look{}"))) {
            JsonNode answer = server.read(server.post(CHAT, BODY.formatted(TOOLS)));
            assertThat(answer.at("/choices/0/message/tool_calls/0/id").asText()).matches("[a-zA-Z0-9]{9}");
        }
    }

    @Test
    void pastCallsAndTheirResultsReachTheRouter() throws Exception {
        FakeInference service = saying(HERMES, "done");
        try (RunningGateway server = new RunningGateway(service)) {
            server.post(
                    CHAT,
                    "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}, {\"role\": \"assistant\", \"content\": null,"
                            + " \"tool_calls\": [{\"id\": \"c1\", \"type\": \"function\", \"function\": {\"name\": \"look\","
                            + " \"arguments\": \"{\\\"at\\\": 1.50}\"}}]}, {\"role\": \"tool\", \"tool_call_id\": \"c1\","
                            + " \"content\": [{\"type\": \"text\", \"text\": \"seen\"}]}], " + TOOLS + "}");
            List<ChatMessage> messages =
                    service.requests.take().getPrompt().getChat().getMessagesList();
            assertThat(messages.get(1).getContentIsNull()).isTrue();
            assertThat(messages.get(1).getAttributes().toString()).contains("{\\\"at\\\": 1.50}");
            assertThat(messages.get(2).getRole()).isEqualTo("tool");
            assertThat(messages.get(2).getContent()).isEqualTo("seen");
            assertThat(messages.get(2)
                            .getAttributes()
                            .getFieldsOrThrow("tool_call_id")
                            .getStringValue())
                    .isEqualTo("c1");
        }
    }

    @Test
    void thoughtsStandInBothFieldsAndAreCounted() throws Exception {
        FakeInference service = saying(THINKING, "<think>so</think>Hi");
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode answer = server.read(server.post(CHAT, BODY.formatted("\"top_k\": 1")));
            JsonNode message = answer.at("/choices/0/message");
            assertThat(message.get("reasoning_content").asText()).isEqualTo("so");
            assertThat(message.get("reasoning").asText()).isEqualTo("so");
            assertThat(message.get("content").asText()).isEqualTo("Hi");
            assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens")
                            .asInt())
                    .isBetween(4, 6);
            StringBuilder thought = new StringBuilder();
            StringBuilder content = new StringBuilder();
            for (JsonNode event : StreamedEvents.of(
                    server.post(CHAT, BODY.formatted("\"stream\": true")).body())) {
                JsonNode delta = event.at("/choices/0/delta");
                assertThat(delta.path("reasoning").asText())
                        .isEqualTo(delta.path("reasoning_content").asText());
                thought.append(delta.path("reasoning").asText(""));
                content.append(delta.path("content").asText(""));
            }
            assertThat(thought.toString()).isEqualTo("so");
            assertThat(content.toString()).isEqualTo("Hi");
        }
    }

    @Test
    void theTokenThatEndsThoughtsCountsThemExactly() throws Exception {
        AnswerMarks marks = THINKING.toBuilder().setReasoningEndTokenId(4).build();
        try (RunningGateway server = new RunningGateway(saying(marks, "<think>so</think>Hi"))) {
            JsonNode answer = server.read(server.post(CHAT, BODY.formatted("\"top_k\": 1")));
            assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens")
                            .asInt())
                    .as("the scripted tokens are numbered")
                    .isEqualTo(5);
        }
    }
}
