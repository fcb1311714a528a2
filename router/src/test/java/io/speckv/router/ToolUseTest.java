package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.AnswerMarks;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.TargetAbilities;
import io.speckv.proto.v1.TokenizeRequest;
import io.speckv.proto.v1.ToolChoice;
import io.speckv.proto.v1.ToolUse;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools and reasoning of chats: what the model reads, and what clients are told of its answer. */
class ToolUseTest {
    private static final String TOOLS =
            "[{\"type\": \"function\", \"function\": {\"name\": \"look\", \"parameters\": {\"least\": 1.0}}}]";

    @TempDir
    Path folder;

    private static Chat.Builder chat() {
        return Chat.newBuilder()
                .addMessages(ChatMessage.newBuilder().setRole("user").setContent("hi"));
    }

    private static GenerateRequest request(Chat.Builder chat) {
        return RouterRig.request("full")
                .setPrompt(Prompt.newBuilder().setChat(chat))
                .build();
    }

    private static String text(RouterRig rig, Chat.Builder chat) {
        return rig.blocking()
                .tokenize(TokenizeRequest.newBuilder()
                        .setPrompt(Prompt.newBuilder().setChat(chat))
                        .build())
                .getText();
    }

    private static AnswerMarks marks(RouterRig rig, Chat.Builder chat) {
        GenerateOnceResponse answer = rig.once(request(chat));
        return answer.getStarted().getAnswerMarks();
    }

    private static ToolUse.Builder tools() {
        return ToolUse.newBuilder().setDefinitionsJson(TOOLS);
    }

    @Test
    void theModelReadsDefinitionsAsTheyWereWrittenAndClientsLearnTheFormat() {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            Chat.Builder chat = chat().setToolUse(tools());
            assertThat(text(rig, chat)).isEqualTo("[user]hi{tools " + TOOLS + "};[assistant]");
            AnswerMarks marks = marks(rig, chat);
            assertThat(marks.getToolCallFormat()).isEqualTo("hermes");
            assertThat(marks.getReasoningStart()).isEqualTo("<think>");
            assertThat(marks.getReasoningOpened()).isFalse();
            assertThat(marks.getPrefix()).isEmpty();
            assertThat(marks(rig, chat()).getToolCallFormat())
                    .as("without tools")
                    .isEmpty();
        }
    }

    @Test
    void aCallThatIsRequiredIsBegunForTheModel() {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            Chat.Builder any = chat().setToolUse(tools().setChoice(ToolChoice.TOOL_CHOICE_REQUIRED));
            assertThat(text(rig, any)).endsWith("[assistant]<tool_call>\n{\"name\": \"");
            assertThat(marks(rig, any).getPrefix()).isEqualTo("<tool_call>\n{\"name\": \"");
            Chat.Builder named = chat().setToolUse(
                            tools().setChoice(ToolChoice.TOOL_CHOICE_REQUIRED).setTool("look"));
            assertThat(text(rig, named)).endsWith("[assistant]<tool_call>\n{\"name\": \"look\", \"arguments\": ");
        }
    }

    /** Returns a rig whose target can hold answers to schemas, as those over engines can. */
    private RouterRig heldToSchemas() {
        RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS));
        rig.target.abilities =
                TargetAbilities.newBuilder().setResponseFormat(true).build();
        RouterRig.await(
                () -> rig.blocking().describe(DescribeRequest.getDefaultInstance()).getMethodsList().stream()
                        .noneMatch(method -> method.getName().equals("snapkv")),
                "the target's abilities are not known");
        rig.target.calls.clear();
        return rig;
    }

    private static ToolUse.Builder known() {
        return tools().setDefinitionsJson(TOOLS.replace("\"least\": 1.0", "\"type\": \"object\""))
                .setChoice(ToolChoice.TOOL_CHOICE_REQUIRED);
    }

    @Test
    void aCallThatIsRequiredIsHeldToItsSchemaWhereTheTargetCan() {
        try (RouterRig rig = heldToSchemas()) {
            Chat.Builder chat = chat().setToolUse(known().setTool("look"));

            assertThat(text(rig, chat)).endsWith("[assistant]<tool_call>\n");
            assertThat(marks(rig, chat).getPrefix()).isEqualTo("<tool_call>\n");
            assertThat(rig.target.calls)
                    .singleElement()
                    .satisfies(call -> assertThat(call.start()
                                    .getSampling()
                                    .getResponseFormat()
                                    .getJsonSchema())
                            .contains("{\"const\":\"look\"}"));
        }
    }

    @Test
    void whatIsAskedForOtherwiseOrMayNotBeKnownIsBegunAlone() {
        try (RouterRig rig = heldToSchemas()) {
            Chat.Builder unknown = chat().setToolUse(tools().setChoice(ToolChoice.TOOL_CHOICE_REQUIRED));
            assertThat(marks(rig, unknown).getPrefix()).isEqualTo("<tool_call>\n{\"name\": \"");
            GenerateRequest.Builder formed = request(chat().setToolUse(known())).toBuilder();
            formed.getSamplingBuilder().getResponseFormatBuilder().setJsonObject(true);
            rig.once(formed.build());
            Chat.Builder free = chat().setToolUse(known().setChoice(ToolChoice.TOOL_CHOICE_AUTO));
            assertThat(marks(rig, free).getPrefix()).isEmpty();

            assertThat(rig.target.calls)
                    .extracting(call ->
                            call.start().getSampling().getResponseFormat().getFormCase())
                    .containsExactly(
                            ResponseFormat.FormCase.FORM_NOT_SET,
                            ResponseFormat.FormCase.JSON_OBJECT,
                            ResponseFormat.FormCase.FORM_NOT_SET);
        }
    }

    @Test
    void thoughtsThatThePromptOpensAreToldAndClosedBeforeARequiredCall() {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            assertThat(marks(rig, thinking(chat(), true)).getReasoningOpened()).isTrue();
            assertThat(marks(rig, thinking(chat(), false)).getReasoningStart())
                    .as("the template closed them")
                    .isEmpty();
            Chat.Builder required =
                    thinking(chat(), true).setToolUse(tools().setChoice(ToolChoice.TOOL_CHOICE_REQUIRED));
            assertThat(marks(rig, required).getPrefix()).startsWith("</think>\n\n<tool_call>");
        }
    }

    private static Chat.Builder thinking(Chat.Builder chat, boolean thinks) {
        chat.getTemplateVariablesBuilder()
                .putFields(
                        "thinking",
                        com.google.protobuf.Value.newBuilder()
                                .setBoolValue(thinks)
                                .build());
        return chat;
    }

    @Test
    void aResultThatTheTemplateHasNoTurnForIsRefusedByItsMessage() {
        String alternating = "{% for message in messages %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}"
                + "{{ raise_exception('Roles must alternate') }}{% endif %}{{ message.content }}{% endfor %}";
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, alternating))) {
            RemoteFailure failure = rig.failure(request(chat().addMessages(
                            ChatMessage.newBuilder().setRole("assistant").setContent("I look."))
                    .addMessages(ChatMessage.newBuilder().setRole("tool").setContent("In the box."))));
            assertThat(failure.fields()).containsExactly("prompt.chat.messages[2]");
            assertThat(failure.message())
                    .contains("prompt.chat.messages[2] is a tool's result, which the chat template does not lay out")
                    .contains("Roles must alternate");
        }
    }

    @Test
    void theAnswerGoesOnWithTheLastMessage() {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            Chat.Builder goesOn = chat().addMessages(
                            ChatMessage.newBuilder().setRole("assistant").setContent("So "))
                    .setContinueFinalMessage(true);
            assertThat(text(rig, goesOn)).isEqualTo("[user]hi;[assistant]So ");
            assertThat(rig.failure(request(chat().setContinueFinalMessage(true)))
                            .message())
                    .contains("the last message is of role user, must be of assistant");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
                {                                               | definitions_json is not the JSON text of an array
                null                                            | definitions_json is not the JSON text of an array
                []                                              | definitions_json has no tool
                [{"type": "function"}]                          | definitions_json has a tool without function.name at place 0
                [{"function": {"name": "see"}}]                 | tool is 'look', must be one of [see]
                """)
    void definitionsThatAreNoneAreRefused(String definitions, String message) {
        ToolUse.Builder use = ToolUse.newBuilder()
                .setDefinitionsJson(definitions)
                .setChoice(ToolChoice.TOOL_CHOICE_REQUIRED)
                .setTool("look");
        assertRefused(ChatModels.WITH_TOOLS, chat -> chat.setToolUse(use), message);
    }

    @Test
    void aModelThatKnowsNoToolsGetsNone() {
        assertRefused(
                "{{ messages[0].content }}",
                chat -> chat.setToolUse(tools()),
                "how this model writes calls is not known from its chat template");
    }

    private void assertRefused(String template, Consumer<Chat.Builder> change, String message) {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, template))) {
            Chat.Builder chat = chat();
            change.accept(chat);
            assertThat(rig.failure(request(chat)).message()).contains(message);
        }
    }
}
