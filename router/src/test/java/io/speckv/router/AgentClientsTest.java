package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The makers' own clients, unchanged, in loops of three rounds: a call, another one, an answer. Behind a real router stands a
 * target with a script: it reads the prompt that the chat template made, and writes as Qwen3 does.
 */
final class AgentClientsTest {
    private static final Tokenizer TOKENIZER = Tokenizer.open(RouterRig.MODEL);
    private static final Pattern RESULT = Pattern.compile("\\[tool\\]([^;]*);");
    private static final String LOOP = """
        weather of Paris
        weather of Oslo
        It is warmer in Paris.%s
        """;

    @TempDir
    Path folder;

    @AfterAll
    static void closeTokenizer() {
        TOKENIZER.close();
    }

    private static void answer(FakeTarget.Call call, StreamObserver<TargetServiceGenerateResponse> observer) {
        int[] ids = call.start().getPrompt().getTokenIdsList().stream()
                .mapToInt(Integer::intValue)
                .toArray();
        AgentProgram.say(qwen3(TOKENIZER.decode(ids, SpecialTokens.INCLUDED)), call, observer);
    }

    /** Asks for one city after the other, and answers when it has both results. */
    private static String qwen3(String prompt) {
        List<String> results = new ArrayList<>();
        Matcher told = RESULT.matcher(prompt);
        while (told.find()) {
            results.add(told.group(1));
        }
        String thought = "<think>\nI have " + results.size() + " of 2.\n</think>\n\n";
        boolean offered = prompt.contains("\"name\": \"weather\"");
        return switch (results.size()) {
            case 0 -> offered ? thought + call("Paris") : "There is no tool in " + prompt;
            case 1 -> thought + "Paris is known.\n" + call("Oslo");
            default ->
                results.get(0).contains("21.5") && results.get(1).contains("9")
                        ? thought + "It is warmer in Paris."
                        : "What came back is " + results;
        };
    }

    private static String call(String city) {
        return "<tool_call>\n{\"name\": \"weather\", \"arguments\": {\"city\": \"" + city + "\"}}\n</tool_call>";
    }

    @ParameterizedTest
    @CsvSource({
        "openai, openai-chat.mjs, '', 1",
        "openai, openai-responses.mjs, '', 1",
        "@anthropic-ai/sdk, anthropic.mjs, '', 1",
        "ai, ai-sdk.mjs chat, ' (3 steps)', 2",
        "ai, ai-sdk.mjs responses, ' (3 steps)', 2",
        "ai, ai-sdk.mjs anthropic, ' (3 steps)', 2",
        "@openai/agents, openai-agents.mjs, '', 2",
        "@langchain/openai, langchain.mjs, '', 1"
    })
    void goRoundThreeTimes(String needed, String program, String ending, int times) throws Exception {
        AgentProgram client = new AgentProgram(needed, program);
        try (RouterRig rig = rig()) {
            String output = client.output(rig);
            String expected = LOOP.formatted(ending).repeat(times);
            // What stands between a model's thoughts and its answer is part of the answer.
            assertThat(output.replaceAll("\n{2,}", "\n"))
                    .isEqualTo(program.equals("anthropic.mjs") ? "some tokens\n" + expected : expected);
        }
    }

    private RouterRig rig() {
        RouterRig rig = AgentProgram.rig(ChatModels.flag(folder, ChatModels.WITH_TOOLS));
        rig.target.script = AgentClientsTest::answer;
        return rig;
    }
}
