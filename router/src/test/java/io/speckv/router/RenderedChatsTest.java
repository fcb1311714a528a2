package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpc.StatusRuntimeException;
import io.speckv.kit.failure.FailureCode;
import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.ExplainRequest;
import io.speckv.proto.v1.ExplainResponse;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.TokenizeResponse;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import io.speckv.router.renderer.ScriptedRenderer;
import io.speckv.text.Tokenizer;
import io.speckv.text.chat.ChatTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A model whose folder has no chat template, laid out by an engine's renderer, beside the same model that has one. */
class RenderedChatsTest {
    private static final String TOOLS = "[{\"type\": \"function\", \"function\": {\"name\": \"look\"}}]";

    @TempDir
    Path withTemplate;

    @TempDir
    Path without;

    private Tokenizer tokenizer = Tokenizer.open(RouterRig.MODEL);
    private ScriptedRenderer renderer = new ScriptedRenderer();
    private String template = "";

    @BeforeEach
    void open() throws IOException {
        template = ChatModels.flag(withTemplate, ChatModels.WITH_TOOLS);
        Files.copy(RouterRig.MODEL.resolve("tokenizer.json"), without.resolve("tokenizer.json"));
        renderer.close();
        renderer = ScriptedRenderer.of(ChatTemplate.open(withTemplate), tokenizer);
    }

    @AfterEach
    void close() {
        renderer.close();
        tokenizer.close();
    }

    private RouterRig rendered(String kind, String... more) {
        return RouterRig.start(Stream.concat(
                        Stream.of(
                                "--tokenizer.target=" + without,
                                "--renderer.kind=" + kind,
                                "--renderer.url=" + renderer.url()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    static ChatMessage message(String role, String content) {
        return ChatMessage.newBuilder().setRole(role).setContent(content).build();
    }

    /** Chats of every kind that clients send. */
    static List<Chat> chats() {
        Chat plain = Chat.newBuilder()
                .addMessages(message("system", "Answer in upper case."))
                .addMessages(message("user", "a long document, ".repeat(20)))
                .addMessages(message("assistant", "I have read it."))
                .addMessages(message("user", "What is in it?"))
                .build();
        List<Chat> chats = new ArrayList<>(List.of(plain));
        chats.add(plain.toBuilder()
                .setToolUse(ToolUse.newBuilder().setDefinitionsJson(TOOLS))
                .build());
        chats.add(plain.toBuilder()
                .addMessages(message("assistant", "It says "))
                .setContinueFinalMessage(true)
                .build());
        chats.add(plain.toBuilder().addMessages(message("user", "and </s>?")).build());
        return chats;
    }

    static TokenizeResponse tokenized(RouterRig rig, Chat chat) {
        return rig.blocking()
                .tokenize(TokenizeRequest.newBuilder()
                        .setPrompt(Prompt.newBuilder().setChat(chat))
                        .build());
    }

    static ExplainResponse explained(RouterRig rig, Chat chat) {
        return rig.blocking()
                .explain(ExplainRequest.newBuilder()
                        .setPrompt(Prompt.newBuilder().setChat(chat))
                        .setMethod(ProtectionTest.method(200))
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "llama-cpp"})
    void chatsAreTheSameAsByTheTemplateItself(String kind) {
        try (RouterRig local = RouterRig.start(template, "--answers.tool-calls=hermes");
                RouterRig remote = rendered(kind, "--answers.tool-calls=hermes")) {
            for (Chat chat : chats()) {
                assertThat(tokenized(remote, chat)).isEqualTo(tokenized(local, chat));
            }
            assertThat(renderer.asked).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"vllm", "llama-cpp"})
    void whatIsToStayIsFoundInWhatAnEngineLaidOut(String kind) {
        try (RouterRig local = RouterRig.start(template, "--answers.tool-calls=hermes");
                RouterRig remote = rendered(kind, "--answers.tool-calls=hermes")) {
            for (Chat chat : chats()) {
                ExplainResponse expected = explained(local, chat);
                ExplainResponse found = explained(remote, chat);
                assertThat(found.getProtectedList()).isNotEmpty().isEqualTo(expected.getProtectedList());
                assertThat(found.getKeptList()).isEqualTo(expected.getKeptList());
            }
        }
    }

    @Test
    void theTroubleOfARendererReachesTheClientWithItsName() {
        try (RouterRig rig = rendered("vllm")) {
            renderer.on(ScriptedRenderer.VLLM, ScriptedRenderer.recorded("vllm-no-messages"));
            RemoteFailure refused = failure(rig, chats().get(0));
            assertThat(refused.code()).contains(FailureCode.FIELD_INVALID);
            assertThat(refused.message())
                    .isEqualTo(
                            "prompt.chat is refused by the chat template: the vllm renderer says: Cannot apply chat template"
                                    + " to an empty conversation. Provide at least one message.");
            renderer.close();
            RemoteFailure gone = failure(rig, chats().get(0));
            assertThat(gone.code()).contains(FailureCode.NO_RENDERER);
            assertThat(gone.message())
                    .as("where it stands is the log's")
                    .startsWith("the vllm renderer cannot be ")
                    .doesNotContain("localhost", "127.0.0.1");
            assertThat(rig.once(RouterRig.request("full").build()).hasFinished())
                    .as("prompts that are no chats need no renderer")
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {413, 500, 502})
    void whatIsToStayIsNotForgottenWhereTheRendererFails(int status) {
        try (RouterRig rig = rendered("vllm")) {
            renderer.breakAfterOne(ScriptedRenderer.VLLM, new ScriptedRenderer.Said(status, ""));
            assertThatThrownBy(() -> explained(rig, chats().get(0)))
                    .hasMessageContaining(status == 413 ? "larger than the vllm renderer takes" : "status " + status);
        }
    }

    static RemoteFailure failure(RouterRig rig, Chat chat) {
        return rig.failure(RouterRig.request("full")
                .setPrompt(Prompt.newBuilder().setChat(chat))
                .build());
    }

    /** A renderer whose parsers call each token a thought, and the end of the answer a call. */
    private static ScriptedRenderer.Said thoughts(ScriptedRenderer.Asked asked) {
        JsonNode choice = asked.body().at("/generate_chunk/choices/0");
        String call = choice.path("finish_reason").isNull()
                ? "[]"
                : "[{\"index\":0,\"function\":{\"name\":\"look\",\"arguments\":\"{}\"}}]";
        String delta = "{\"reasoning\":\"%s\",\"tool_calls\":%s}"
                .formatted("!".repeat(choice.path("token_ids").size()), call);
        return new ScriptedRenderer.Said(
                200, "{\"chunk\":{\"choices\":[{\"delta\":" + delta + "}]},\"stream_state\":{}}");
    }

    @Test
    void anEnginesParsersReadTheAnswerOnItsWay() {
        renderer.on(ScriptedRenderer.DERENDER, RenderedChatsTest::thoughts);
        GenerateRequest request = RouterRig.request("full")
                .setPrompt(Prompt.newBuilder().setChat(chats().get(1)))
                .build();
        try (RouterRig rig = rendered("vllm", "--renderer.reads-answers=true")) {
            rig.target.maxPromptTokens = 5000;
            rig.otherTarget.maxPromptTokens = 5000;
            RouterRig.await(() -> reads(rig, request), "the target still takes short prompts only");
            List<GenerateResponse> messages = new ArrayList<>();
            rig.blocking().generate(request).forEachRemaining(messages::add);

            assertThat(messages.get(0).getStarted().getAnswerMarks().getPiecesFollow())
                    .isTrue();
            assertThat(messages.get(messages.size() - 1).hasFinished())
                    .as("the end waits for the last piece")
                    .isTrue();
            assertThat(pieces(messages.stream().flatMap(message -> message.getPieces().getPiecesList().stream())))
                    .isEqualTo("!!!!look{}");
            GenerateOnceResponse once = rig.once(request);
            assertThat(pieces(once.getPiecesList().stream())).isEqualTo("!!!!look{}");
            assertThat(once.getAnswer().getTokenIdsCount()).isEqualTo(4);
        }
    }

    private static boolean reads(RouterRig rig, GenerateRequest request) {
        try {
            return rig.once(request).hasFinished();
        } catch (StatusRuntimeException e) {
            return false;
        }
    }

    private static String pieces(Stream<AnswerPiece> pieces) {
        return pieces.map(piece -> piece.getReasoning()
                        + piece.getText()
                        + piece.getCall().getTool()
                        + piece.getCall().getArgumentsJson())
                .collect(Collectors.joining());
    }

    @Test
    void anAnswerThatCannotBeReadEndsWithTheRenderersTrouble() {
        renderer.on(ScriptedRenderer.DERENDER, asked -> new ScriptedRenderer.Said(502, ""));
        Chat brief = Chat.newBuilder().addMessages(message("user", "hi")).build();
        try (RouterRig rig = rendered("vllm", "--renderer.reads-answers=true")) {
            RemoteFailure failure = failure(rig, brief);
            assertThat(failure.code()).contains(FailureCode.NO_RENDERER);
            assertThat(failure.message()).contains("answers /v1/chat/completions/derender with status 502");
            RouterRig.await(() -> rig.router.running() == 0, "the request keeps its place");
        }
    }

    @Test
    void noCallIsPutIntoTheMouthOfAModelWhoseAnswersAreReadElsewhere() {
        Chat required = chats().get(1).toBuilder()
                .setToolUse(ToolUse.newBuilder().setDefinitionsJson(TOOLS).setChoice(ToolChoice.TOOL_CHOICE_REQUIRED))
                .build();
        try (RouterRig rig = rendered("vllm", "--renderer.reads-answers=true")) {
            assertThat(failure(rig, required).message()).contains("the engine's renderer reads the answers");
        }
    }

    @Test
    void howCallsAreWrittenMustBeSaidWhereNoTemplateShowsIt() {
        try (RouterRig rig = rendered("vllm")) {
            assertThat(failure(rig, chats().get(1)).message()).contains("the router's answers.tool-calls can name it");
        }
    }
}
