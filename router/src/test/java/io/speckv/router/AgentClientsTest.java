package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import io.speckv.text.SpecialTokens;
import io.speckv.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The makers' own clients, unchanged, in loops of three rounds: a call, another one, an answer. Behind a real router stands a
 * target with a script: it reads the prompt that the chat template made, and writes as Qwen3 does.
 */
final class AgentClientsTest {
    private static final Path EXAMPLES = Path.of("..", "docs", "clients", "agents");
    private static final Tokenizer TOKENIZER = Tokenizer.open(RouterRig.MODEL);
    private static final Pattern RESULT = Pattern.compile("\\[tool\\]([^;]*);");
    private static final int PIECE_CHARS = 5;
    private static final int PROMPT_TOKENS_MOST = 10_000;
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
        String said = qwen3(TOKENIZER.decode(ids, SpecialTokens.INCLUDED));
        int tokens = 0;
        for (int at = 0; at < said.length(); at += PIECE_CHARS) {
            observer.onNext(TargetServiceGenerateResponse.newBuilder()
                    .setDelta(TokenDelta.newBuilder()
                            .setFirstIndex(tokens)
                            .addTokenIds(tokens % 256)
                            .setText(said.substring(at, Math.min(said.length(), at + PIECE_CHARS))))
                    .build());
            tokens++;
        }
        observer.onNext(FakeTarget.finished(call, tokens));
        observer.onCompleted();
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
        assumeTrue(
                Files.isDirectory(EXAMPLES.resolve("node_modules").resolve(needed)),
                "the package " + needed + " is not installed (npm install in docs/clients/agents): it is not tested");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "node"))),
                "node is not installed: the client is not tested");
        try (RouterRig rig = rig()) {
            List<String> command = Stream.concat(Stream.of("node"), Stream.of(program.split(" ")))
                    .toList();
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(EXAMPLES.toFile()).redirectErrorStream(true);
            builder.environment().put("SPECKV_URL", "http://127.0.0.1:" + rig.router.httpPort());
            builder.environment().put("SPECKV_MODEL", "fake-target");
            Process node = builder.start();
            String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor()).as(output).isZero();
            String expected = LOOP.formatted(ending).repeat(times);
            // What stands between a model's thoughts and its answer is part of the answer.
            assertThat(output.replaceAll("\n{2,}", "\n"))
                    .isEqualTo(program.equals("anthropic.mjs") ? "some tokens\n" + expected : expected);
        }
    }

    private RouterRig rig() {
        RouterRig rig = RouterRig.startWithoutDraft(
                ChatModels.flag(folder, ChatModels.WITH_TOOLS), "--http.port=0", "--method.name=full");
        rig.target.script = AgentClientsTest::answer;
        rig.target.maxPromptTokens = PROMPT_TOKENS_MOST;
        RouterRig.await(
                () -> rig.blocking()
                                .describe(DescribeRequest.getDefaultInstance())
                                .getTargets(0)
                                .getMaxPromptTokenCount()
                        == PROMPT_TOKENS_MOST,
                "the target's limit is not known");
        return rig;
    }
}
