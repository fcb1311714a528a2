package io.speckv.cli.engines;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.proto.v1.AnswerChoices;
import io.speckv.proto.v1.AnswerPiece;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateOnceResponse;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ResponseFormat;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.ToolUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** vLLM's own server, in its build for CPUs. */
class VllmTest extends AnswersBehindTheRouter {
    private static final Path INSTALLED = RealEngine.installed("vllm/installed");
    private static final Path SERVER = RealEngine.installed("vllm/venv/bin/vllm");

    @Override
    boolean isInstalled() {
        return Files.exists(INSTALLED);
    }

    @Override
    String installer() {
        return "evals/engines/install-vllm";
    }

    @Override
    RealEngine start() throws IOException {
        return RealEngine.start(
                folder,
                List.of(
                        SERVER.toString(),
                        "serve",
                        TARGET.toString(),
                        "--served-model-name",
                        "tiny",
                        "--dtype",
                        "float32",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        "PORT",
                        "--max-model-len",
                        "8192",
                        "--max-num-seqs",
                        "4",
                        "--enforce-eager",
                        "--enable-scale-out",
                        "--enable-auto-tool-choice",
                        "--tool-call-parser",
                        "hermes",
                        "--enable-prompt-tokens-details"),
                Map.of(
                        "VLLM_CPU_KVCACHE_SPACE", "1",
                        "VLLM_CPU_OMP_THREADS_BIND", "nobind",
                        "OMP_NUM_THREADS", "1",
                        "HF_HUB_OFFLINE", "1",
                        "VLLM_NO_USAGE_STATS", "1"));
    }

    @Override
    String renderer() {
        return "vllm";
    }

    /** The bundled target calls no tools, so its answer is one text, which comes piece by piece. */
    @Test
    void itsParsersReadAnswers() throws IOException, InterruptedException {
        GenerateRequest.Builder request = GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder()
                        .setChat(Chat.newBuilder()
                                .addMessages(
                                        ChatMessage.newBuilder().setRole("user").setContent("Hi there"))
                                .setToolUse(ToolUse.newBuilder()
                                        .setDefinitionsJson(
                                                "[{\"type\": \"function\", \"function\": {\"name\": \"look\"}}]"))))
                .setMethod(Method.newBuilder().setName("full"))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(24).setIgnoreEos(true));
        try (ServedTrio rendered = rendering("--renderer.reads-answers=true")) {
            GenerateOnceResponse answer = rendered.once(request);

            assertThat(answer.getStarted().getAnswerMarks().getPiecesFollow()).isTrue();
            assertThat(answer.getPiecesList().stream().map(AnswerPiece::getText).collect(Collectors.joining()))
                    .isEqualTo(answer.getAnswer().getText())
                    .isNotEmpty();
        }
    }

    /** The bundled target calls no tools by itself, so it is held to a call, written as Hermes's models do. */
    @Test
    void itsParsersReadACall() throws IOException, InterruptedException {
        String tools = """
                [{"type": "function", "function": {"name": "look", "parameters": {"type": "object", "properties":
                 {"at": {"type": "string"}}}}}]
                """;
        String call = "<tool_call>\n{\"name\": \"look\", \"arguments\": {\"at\": \"box\"}}\n</tool_call>";
        GenerateRequest.Builder request = GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder()
                        .setChat(EngineRequests.chat("user", "Where is it?").toBuilder()
                                .setToolUse(ToolUse.newBuilder().setDefinitionsJson(tools))))
                .setMethod(Method.newBuilder().setName("full"))
                .setSampling(SamplingSettings.newBuilder()
                        .setMaxNewTokens(200)
                        .setResponseFormat(ResponseFormat.newBuilder()
                                .setChoices(AnswerChoices.newBuilder().addTexts(call))));
        try (ServedTrio rendered = rendering("--renderer.reads-answers=true")) {
            GenerateOnceResponse answer = rendered.once(request);

            assertThat(answer.getPiecesList()).singleElement().satisfies(piece -> {
                assertThat(piece.getCall().getTool()).isEqualTo("look");
                assertThat(JSON.readTree(piece.getCall().getArgumentsJson()))
                        .isEqualTo(JSON.readTree("{\"at\": \"box\"}"));
            });
        }
    }

    @Override
    double running(RealEngine engine) throws IOException, InterruptedException {
        return engine.metric("vllm:num_requests_running") + engine.metric("vllm:num_requests_waiting");
    }

    @Override
    double generated(RealEngine engine) throws IOException, InterruptedException {
        return engine.metric("vllm:generation_tokens_total");
    }
}
