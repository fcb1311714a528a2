package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.kit.failure.RemoteFailure;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.Prompt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a router says of chats before one is sent, and of one that is. */
class ChatlessModelTest {
    @TempDir
    Path folder;

    private static String reason(RouterRig rig) {
        return rig.blocking()
                .describe(DescribeRequest.getDefaultInstance())
                .getModels(0)
                .getNoChatsReason();
    }

    private static RemoteFailure refusal(RouterRig rig) {
        return rig.failure(RouterRig.request("full")
                .setPrompt(Prompt.newBuilder()
                        .setChat(Chat.newBuilder().addMessages(RenderedChatsTest.message("user", "What is it?"))))
                .build());
    }

    private String withoutTemplate() throws IOException {
        Files.copy(RouterRig.MODEL.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        return "--tokenizer.target=" + folder;
    }

    @Test
    void aModelWithATemplateTakesThem() {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            assertThat(reason(rig)).isEmpty();
        }
    }

    @Test
    void aModelWithoutATemplateTakesNone() throws IOException {
        try (RouterRig rig = RouterRig.start(withoutTemplate())) {
            assertThat(reason(rig)).isEqualTo("it has no chat template that can be read");
            assertThat(refusal(rig).message()).contains("no chat template that can be read");
        }
    }

    @Test
    void aTemplateThatCannotBeParsedTakesNone() {
        try (RouterRig rig = RouterRig.start(ChatModels.flag(folder, "{% for message in messages %}"))) {
            assertThat(reason(rig)).isEqualTo("its chat template cannot be parsed");
            assertThat(refusal(rig).message()).contains("chat template cannot be parsed");
        }
    }

    @Test
    void anEnginesRendererTakesThemInTheTemplatesPlace() throws IOException {
        try (RouterRig rig =
                RouterRig.start(withoutTemplate(), "--renderer.kind=vllm", "--renderer.url=http://127.0.0.1:9")) {
            assertThat(reason(rig)).isEmpty();
        }
    }
}
