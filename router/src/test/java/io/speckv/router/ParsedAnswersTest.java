package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.TargetAbilities;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client, unchanged, where an answer is to be parsed by a schema of zod. */
final class ParsedAnswersTest {
    private final AgentProgram program = new AgentProgram("openai", "openai-parse.mjs");

    @TempDir
    Path folder;

    @Test
    void anAnswerThatTheTargetHeldToTheSchemaIsParsed() throws Exception {
        try (RouterRig rig = AgentProgram.rig(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            rig.target.script = (call, observer) -> {
                ResponseFormat asked = call.start().getSampling().getResponseFormat();
                boolean held = asked.getJsonSchema().contains("\"celsius\":{\"type\":\"number\"}");
                AgentProgram.say(
                        held ? "{\"city\": \"Paris\", \"celsius\": 21.5}" : "held to " + asked, call, observer);
            };
            rig.target.abilities =
                    TargetAbilities.newBuilder().setResponseFormat(true).build();
            RouterRig.await(
                    () -> rig.blocking().describe(DescribeRequest.getDefaultInstance()).getMethodsList().stream()
                            .noneMatch(method -> method.getName().equals("snapkv")),
                    "the target's abilities are not known");

            assertThat(program.output(rig)).isEqualTo("Paris with 21.5 degrees\n");
        }
    }

    @Test
    void aTargetThatHoldsNoAnswerToASchemaIsNotAsked() throws Exception {
        try (RouterRig rig = AgentProgram.rig(ChatModels.flag(folder, ChatModels.WITH_TOOLS))) {
            rig.target.calls.clear();

            assertThat(program.output(rig))
                    .startsWith("refused for its response_format: 400 ")
                    .contains("fake-target");
            assertThat(rig.target.calls).isEmpty();
        }
    }
}
