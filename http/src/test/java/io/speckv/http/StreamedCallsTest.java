package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.stub.ServerCallStreamObserver;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.GenerateStarted;
import io.speckv.proto.v1.TokenDelta;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments that stream ({@code speckv.stream_tool_arguments}), as clients of the three APIs put them together. */
final class StreamedCallsTest {
    private static final String HEAD = "I write. <tool_call>{\"name\": \"write\", \"arguments\": ";
    private static final String ARGUMENTS = "{\"text\": \"once upon a time\", \"n\": 1.50}";
    private static final String TAIL = "}</tool_call>";

    private final BlockingQueue<ServerCallStreamObserver<GenerateResponse>> calls = new LinkedBlockingQueue<>();

    private enum Api {
        CHAT(
                "/v1/chat/completions",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"tools\": [{\"type\": \"function\","
                        + " \"function\": {\"name\": \"write\", \"parameters\": {\"type\": \"object\"}}}]"),
        RESPONSE(
                "/v1/responses",
                "{\"input\": \"hi\", \"tools\": [{\"type\": \"function\", \"name\": \"write\", \"parameters\":"
                        + " {\"type\": \"object\"}}]"),
        MESSAGE(
                "/v1/messages",
                "{\"max_tokens\": 99, \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}], \"tools\":"
                        + " [{\"name\": \"write\", \"input_schema\": {\"type\": \"object\"}}]");

        private final String path;
        private final String body;

        Api(String path, String body) {
            this.path = path;
            this.body = body;
        }

        String body(String fields) {
            return body + ", \"speckv\": {\"stream_tool_arguments\": true}" + fields + "}";
        }

        /** Returns a stream as {@code text|name arguments|reason}, put together as this API's clients do. */
        String put(List<JsonNode> events) {
            return switch (this) {
                case CHAT -> chat(events);
                case RESPONSE -> response(events);
                case MESSAGE -> message(events);
            };
        }

        private static String chat(List<JsonNode> events) {
            StringBuilder text = new StringBuilder();
            StringBuilder called = new StringBuilder();
            String reason = "";
            for (JsonNode event : events) {
                JsonNode delta = event.at("/choices/0/delta");
                text.append(delta.path("content").asText(""));
                for (JsonNode call : delta.path("tool_calls")) {
                    assertThat(call.get("index").asInt()).isZero();
                    boolean first = called.isEmpty();
                    assertThat(call.has("id")).isEqualTo(first);
                    assertThat(call.path("type").asText()).isEqualTo(first ? "function" : "");
                    called.append(call.at("/function/name").asText("")).append(first ? " " : "");
                    String more = call.at("/function/arguments").asText();
                    assertThat(more.isEmpty()).isEqualTo(first);
                    called.append(more);
                }
                reason = event.at("/choices/0/finish_reason").asText(reason);
            }
            return text + "|" + called + "|" + reason;
        }

        private static String response(List<JsonNode> events) {
            StringBuilder text = new StringBuilder();
            StringBuilder arguments = new StringBuilder();
            String name = "";
            String item = "";
            String ended = "";
            for (JsonNode event : events) {
                switch (event.get("type").asText()) {
                    case "response.output_text.delta" ->
                        text.append(event.get("delta").asText());
                    case "response.output_item.added" -> {
                        name = event.at("/item/name").asText(name);
                        item = event.at("/item/id").asText();
                    }
                    case "response.function_call_arguments.delta" -> {
                        assertThat(event.get("item_id").asText()).isEqualTo(item);
                        arguments.append(event.get("delta").asText());
                    }
                    case "response.function_call_arguments.done" ->
                        assertThat(event.get("arguments").asText()).isEqualTo(arguments.toString());
                    case "response.completed", "response.incomplete" ->
                        ended = event.at("/response/status").asText();
                    default -> {}
                }
            }
            return text + "|" + name + " " + arguments + "|" + (ended.equals("completed") ? "tool_calls" : "length");
        }

        private static String message(List<JsonNode> events) {
            StringBuilder text = new StringBuilder();
            StringBuilder arguments = new StringBuilder();
            String name = "";
            String reason = "";
            int open = -1;
            int next = 0;
            for (JsonNode event : events) {
                switch (event.get("type").asText()) {
                    case "content_block_start" -> {
                        assertThat(open).isNegative();
                        open = event.get("index").asInt();
                        assertThat(open).isEqualTo(next++);
                        name = event.at("/content_block/name").asText(name);
                    }
                    case "content_block_delta" -> {
                        assertThat(event.get("index").asInt()).isEqualTo(open);
                        text.append(event.at("/delta/text").asText(""));
                        arguments.append(event.at("/delta/partial_json").asText(""));
                    }
                    case "content_block_stop" -> open = -1;
                    case "message_delta" ->
                        reason = event.at("/delta/stop_reason").asText();
                    default -> {}
                }
            }
            assertThat(open).isNegative();
            return text + "|" + name + " " + arguments + "|" + (reason.equals("tool_use") ? "tool_calls" : "length");
        }
    }

    private static GenerateResponse begun() {
        return GenerateResponse.newBuilder()
                .setStarted(GenerateStarted.newBuilder()
                        .setModel("tiny")
                        .setAnswerMarks(AnswerMarks.newBuilder().setToolCallFormat("hermes")))
                .build();
    }

    private static GenerateResponse text(String text) {
        return GenerateResponse.newBuilder()
                .setDelta(TokenDelta.newBuilder().addTokenIds(1).setText(text))
                .build();
    }

    /** A service whose answer reached its most tokens. */
    private static FakeInference cutBehind(String text) {
        return FakeInference.with(call -> {
            call.onNext(begun());
            call.onNext(text(text));
            call.onNext(FakeMessages.cut());
            call.onCompleted();
        });
    }

    @ParameterizedTest
    @EnumSource
    void argumentsLeaveWhileTheModelWritesThem(Api api) throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.with(calls::add), "--http.stream-begins=50ms")) {
            HttpResponse<InputStream> response = server.client.send(
                    server.request(api.path, api.body(", \"stream\": true")).build(),
                    HttpResponse.BodyHandlers.ofInputStream());
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                var call = calls.poll(20, TimeUnit.SECONDS);
                StringBuilder read = new StringBuilder();
                call.onNext(begun());
                call.onNext(text(HEAD + ARGUMENTS.substring(0, 14)));
                while (read.indexOf("once") < 0) {
                    read.append(lines.readLine()).append('\n');
                }
                call.onNext(text(ARGUMENTS.substring(14) + TAIL));
                call.onNext(FakeMessages.finished());
                call.onCompleted();
                lines.lines().forEach(line -> read.append(line).append('\n'));
                assertThat(api.put(StreamedEvents.of(read.toString())))
                        .isEqualTo("I write. |write " + ARGUMENTS + "|tool_calls");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallThatIsCutOffKeepsWhatCameOfIt(Api api) throws Exception {
        String came = ARGUMENTS.substring(0, 20);
        try (RunningGateway server = new RunningGateway(cutBehind(HEAD + came))) {
            List<JsonNode> events = StreamedEvents.of(
                    server.post(api.path, api.body(", \"stream\": true")).body());
            assertThat(api.put(events)).isEqualTo("I write. |write " + came + "|length");
            JsonNode streamed = events.stream()
                    .map(event -> event.findValue("broken_tool_calls"))
                    .filter(count -> count != null)
                    .findFirst()
                    .orElseThrow();
            assertThat(streamed.asInt()).isEqualTo(1);
            JsonNode whole = server.read(server.post(api.path, api.body("")));
            assertThat(whole.at("/speckv/broken_tool_calls").asInt()).isEqualTo(1);
            String arguments = switch (api) {
                case CHAT -> "/choices/0/message/tool_calls/0/function/arguments";
                case RESPONSE -> "/output/1/arguments";
                case MESSAGE -> "/content/1/input";
            };
            assertThat(whole.at(arguments).textValue()).isEqualTo(came);
            if (api == Api.RESPONSE) {
                assertThat(whole.at("/output/1/status").asText()).isEqualTo("incomplete");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ", \"stream\": true"})
    void aBrokenCallIsNotTheOneThatWasAskedFor(String stream) throws Exception {
        FakeInference service = FakeInference.scripted(
                AnswerMarks.newBuilder()
                        .setToolCallFormat("hermes")
                        .setPrefix("<tool_call>\n{\"name\": \"")
                        .build(),
                request -> "write\", \"arguments\": {\"n\": one}}");
        try (RunningGateway server = new RunningGateway(service)) {
            String body = server.post(Api.CHAT.path, Api.CHAT.body(", \"tool_choice\": \"required\"" + stream))
                    .body();
            assertThat(body).contains("\"met\":false", "\"broken_tool_calls\":1", "\"finish_reason\":\"tool_calls\"");
            if (!stream.isEmpty()) {
                assertThat(Api.CHAT.put(StreamedEvents.of(body))).isEqualTo("one}}|write {\"n\": |tool_calls");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theRouterSaysWhatARequestDoesNot(boolean streams) throws Exception {
        FakeInference service = FakeInference.scripted(
                AnswerMarks.newBuilder()
                        .setToolCallFormat("hermes")
                        .setStreamToolArguments(streams)
                        .build(),
                request -> HEAD + "{\"n\": one}}");
        try (RunningGateway server = new RunningGateway(service)) {
            JsonNode silent = server.read(server.post(Api.CHAT.path, Api.CHAT.body + "}"));
            assertThat(silent.at("/choices/0/message").has("tool_calls")).isEqualTo(streams);
            String opposite = ", \"speckv\": {\"stream_tool_arguments\": %s}}".formatted(!streams);
            JsonNode said = server.read(server.post(Api.CHAT.path, Api.CHAT.body + opposite));
            assertThat(said.at("/choices/0/message").has("tool_calls")).isEqualTo(!streams);
        }
    }

    @Test
    void whereOneCallIsAllowedTheOthersLeaveNothing() throws Exception {
        String call = HEAD.substring("I write. ".length()) + ARGUMENTS + TAIL;
        FakeInference service = FakeInference.scripted(
                AnswerMarks.newBuilder().setToolCallFormat("hermes").build(), request -> call + call + " done");
        try (RunningGateway server = new RunningGateway(service)) {
            String body = server.post(
                            Api.CHAT.path, Api.CHAT.body(", \"parallel_tool_calls\": false, \"stream\": true"))
                    .body();
            assertThat(Api.CHAT.put(StreamedEvents.of(body))).isEqualTo(" done|write " + ARGUMENTS + "|tool_calls");
            assertThat(body).contains("\"dropped_tool_calls\":1").doesNotContain("broken_tool_calls");
        }
    }
}
