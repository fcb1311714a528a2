package io.speckv.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import com.openai.models.chat.completions.ChatCompletionMessageFunctionToolCall;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseIncludable;
import com.openai.models.responses.ResponseOutputText;
import com.openai.models.responses.ResponseStreamEvent;
import dev.langchain4j.agent.tool.Tool;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.service.AiServices;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** OpenAI's own Java client and LangChain4j, unchanged, against a running gateway. */
final class JavaClientsTest {
    private static final AnswerMarks HERMES =
            AnswerMarks.newBuilder().setToolCallFormat("hermes").build();
    private static final String CALL =
            "<tool_call>\n{\"name\": \"codeOf\", \"arguments\": {\"door\": %d}}\n</tool_call>";

    private static OpenAIClient openAi(RunningGateway server) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.url("/v1"))
                .apiKey("none is needed")
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder question(String text) {
        return ChatCompletionCreateParams.builder().model("tiny").addUserMessage(text);
    }

    @Test
    void openAisClientReadsWholeAnswersStreamsAndErrors() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            OpenAIClient client = openAi(server);
            ChatCompletion whole =
                    client.chat().completions().create(question("hello").build());
            assertThat(whole.choices().get(0).message().content()).hasValue("The code is 4711.");
            assertThat(whole.usage().orElseThrow().promptTokens()).isEqualTo(1000);

            try (StreamResponse<ChatCompletionChunk> stream = client.chat()
                    .completions()
                    .createStreaming(question("hello").build())) {
                String text = stream.stream()
                        .flatMap(chunk -> chunk.choices().stream())
                        .map(choice -> choice.delta().content().orElse(""))
                        .collect(Collectors.joining());
                assertThat(text).isEqualTo("The code is 4711.");
            }

            assertThatThrownBy(() -> client.chat()
                            .completions()
                            .create(question("hello").n(33).build()))
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageContaining("n is 33, must be 1 to 32");

            Response response = client.responses()
                    .create(ResponseCreateParams.builder()
                            .model("tiny")
                            .input("hello")
                            .build());
            assertThat(response.output()
                            .get(0)
                            .asMessage()
                            .content()
                            .get(0)
                            .asOutputText()
                            .text())
                    .isEqualTo("The code is 4711.");
        }
    }

    @Test
    void openAisClientReadsLogProbabilitiesOfResponses() throws Exception {
        ResponseCreateParams asked = ResponseCreateParams.builder()
                .model("tiny")
                .input("hello")
                .addInclude(ResponseIncludable.MESSAGE_OUTPUT_TEXT_LOGPROBS)
                .topLogprobs(2)
                .build();
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            OpenAIClient client = openAi(server);
            ResponseOutputText text = client.responses()
                    .create(asked)
                    .output()
                    .get(0)
                    .asMessage()
                    .content()
                    .get(0)
                    .asOutputText();
            assertThat(text.logprobs().orElseThrow())
                    .allSatisfy(token -> assertThat(token.validate().logprob()).isEqualTo(-0.5))
                    .extracting(ResponseOutputText.Logprob::token)
                    .isEqualTo(FakeInference.WORDS);

            try (StreamResponse<ResponseStreamEvent> stream = client.responses().createStreaming(asked)) {
                assertThat(stream.stream()
                                .flatMap(event -> event.outputTextDelta().stream())
                                .flatMap(delta -> delta.logprobs().stream())
                                .map(token -> token.validate().token()))
                        .isEqualTo(FakeInference.WORDS);
            }
        }
    }

    @Test
    void openAisClientReadsCalls() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.scripted(HERMES, request -> CALL.formatted(7)))) {
            ChatCompletion answer = openAi(server)
                    .chat()
                    .completions()
                    .create(question("Which code has door 7?")
                            .addTool(ChatCompletionFunctionTool.builder()
                                    .function(FunctionDefinition.builder()
                                            .name("codeOf")
                                            .parameters(FunctionParameters.builder()
                                                    .putAdditionalProperty("type", JsonValue.from("object"))
                                                    .build())
                                            .build())
                                    .build())
                            .build());
            ChatCompletionMessageFunctionToolCall call = answer.choices()
                    .get(0)
                    .message()
                    .toolCalls()
                    .orElseThrow()
                    .get(0)
                    .asFunction();
            assertThat(call.function().name()).isEqualTo("codeOf");
            assertThat(call.function().arguments()).isEqualTo("{\"door\": 7}");
        }
    }

    /** What the model may ask for. */
    public static final class Doors {
        private final List<Integer> asked = new ArrayList<>();

        @Tool("the code of a door")
        public int codeOf(int door) {
            asked.add(door);
            return 1000 + door;
        }
    }

    private interface Assistant {
        String answer(String question);
    }

    /** Asks for door 1, then 2, then 3, then tells the last code. */
    private static String nextDoor(GenerateRequest request) {
        List<ChatMessage> messages = request.getPrompt().getChat().getMessagesList();
        long results = messages.stream()
                .filter(message -> message.getRole().equals("tool"))
                .count();
        return results < 3
                ? CALL.formatted(results + 1)
                : "The last code is " + messages.get(messages.size() - 1).getContent() + ".";
    }

    @Test
    void langChain4jLoopsThroughThreeRoundsOfCalls() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.scripted(HERMES, JavaClientsTest::nextDoor))) {
            Doors doors = new Doors();
            Assistant assistant = AiServices.builder(Assistant.class)
                    .chatModel(OpenAiChatModel.builder()
                            .baseUrl(server.url("/v1"))
                            .apiKey("none is needed")
                            .modelName("tiny")
                            .build())
                    .tools(doors)
                    .build();
            assertThat(assistant.answer("Which codes have doors 1 to 3?")).isEqualTo("The last code is 1003.");
            assertThat(doors.asked).containsExactly(1, 2, 3);
        }
    }

    @Test
    void langChain4jStreams() throws Exception {
        try (RunningGateway server = new RunningGateway(FakeInference.answering())) {
            CompletableFuture<String> whole = new CompletableFuture<>();
            StringBuilder parts = new StringBuilder();
            OpenAiStreamingChatModel.builder()
                    .baseUrl(server.url("/v1"))
                    .apiKey("none is needed")
                    .modelName("tiny")
                    .build()
                    .chat("hello", new StreamingChatResponseHandler() {
                        @Override
                        public void onPartialResponse(String part) {
                            parts.append(part);
                        }

                        @Override
                        public void onCompleteResponse(ChatResponse response) {
                            whole.complete(response.aiMessage().text());
                        }

                        @Override
                        public void onError(Throwable thrown) {
                            whole.completeExceptionally(thrown);
                        }
                    });
            assertThat(whole.get(30, TimeUnit.SECONDS)).isEqualTo("The code is 4711.");
            assertThat(parts).hasToString("The code is 4711.");
        }
    }
}
