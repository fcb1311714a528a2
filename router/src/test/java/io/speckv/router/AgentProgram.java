package io.speckv.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.grpc.stub.StreamObserver;
import io.speckv.proto.v1.DescribeRequest;
import io.speckv.proto.v1.TargetServiceGenerateResponse;
import io.speckv.proto.v1.TokenDelta;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A program of docs/clients/agents that a real router is asked by; the test is left out where the program cannot run. */
final class AgentProgram {
    private static final Path EXAMPLES = Path.of("..", "docs", "clients", "agents");
    private static final int PIECE_CHARS = 5;
    private static final int PROMPT_TOKENS_MOST = 10_000;

    private final List<String> command;

    /**
     * @param needed npm package
     * @param program its file, and words that follow it
     */
    AgentProgram(String needed, String program) {
        assumeTrue(
                Files.isDirectory(EXAMPLES.resolve("node_modules").resolve(needed)),
                "the package " + needed + " is not installed (npm install in docs/clients/agents): it is not tested");
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "node"))),
                "node is not installed: the client is not tested");
        command =
                Stream.concat(Stream.of("node"), Stream.of(program.split(" "))).toList();
    }

    /** Starts a router that HTTP reaches, before a target that takes prompts as long as agents'. */
    static RouterRig rig(String tokenizer) {
        RouterRig rig = RouterRig.startWithoutDraft(tokenizer, "--http.port=0", "--method.name=full");
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

    /** Answers a call of the target with a text, by few characters at a time. */
    static void say(String text, FakeTarget.Call call, StreamObserver<TargetServiceGenerateResponse> observer) {
        int tokens = 0;
        for (int at = 0; at < text.length(); at += PIECE_CHARS) {
            observer.onNext(TargetServiceGenerateResponse.newBuilder()
                    .setDelta(TokenDelta.newBuilder()
                            .setFirstIndex(tokens)
                            .addTokenIds(tokens % 256)
                            .setText(text.substring(at, Math.min(text.length(), at + PIECE_CHARS))))
                    .build());
            tokens++;
        }
        observer.onNext(FakeTarget.finished(call, tokens));
        observer.onCompleted();
    }

    /** Returns what the program printed; it must have ended well. */
    String output(RouterRig rig) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(EXAMPLES.toFile()).redirectErrorStream(true);
        builder.environment().put("SPECKV_URL", "http://127.0.0.1:" + rig.router.httpPort());
        builder.environment().put("SPECKV_MODEL", "fake-target");
        Process node = builder.start();
        String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(output).isZero();
        return output;
    }
}
