package io.speckv.cli.engines;

import io.speckv.kit.wire.Structs;
import io.speckv.proto.v1.Chat;
import io.speckv.proto.v1.ChatMessage;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.Method;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.ReportSettings;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenBias;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What real engines are asked through the router. */
final class EngineRequests {
    private EngineRequests() {}

    static GenerateRequest.Builder request(String method, Map<String, Object> settings, int newTokens)
            throws IOException {
        return GenerateRequest.newBuilder()
                .setPrompt(Prompt.newBuilder()
                        .setText(Files.readString(RealEngine.ROOT.resolve("docs/examples/hidden-number.txt"))))
                .setMethod(Method.newBuilder().setName(method).setExtraSettings(Structs.toProto(settings)))
                .setReport(ReportSettings.newBuilder().setKeptPositions(true))
                .setSampling(SamplingSettings.newBuilder().setMaxNewTokens(newTokens));
    }

    static GenerateRequest.Builder compressed(int newTokens) throws IOException {
        return request("specpc", Map.of("max_capacity_prompt", 256, "lookahead_tokens", 16), newTokens);
    }

    /** Settings under which no token of white space alone is chosen. */
    static SamplingSettings.Builder withoutWhiteSpace(Path model) {
        SamplingSettings.Builder sampling = SamplingSettings.newBuilder();
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            IntStream.range(0, tokenizer.vocabSize())
                    .filter(token -> !tokenizer.textOf(token).isEmpty()
                            && tokenizer.textOf(token).isBlank())
                    .forEach(token -> sampling.addLogitBias(
                            TokenBias.newBuilder().setTokenId(token).setBias(-100)));
        }
        return sampling;
    }

    static Chat chat(String... rolesAndTexts) {
        Chat.Builder chat = Chat.newBuilder();
        for (int i = 0; i < rolesAndTexts.length; i += 2) {
            chat.addMessages(ChatMessage.newBuilder().setRole(rolesAndTexts[i]).setContent(rolesAndTexts[i + 1]));
        }
        return chat.build();
    }

    static List<Chat> chats() {
        return List.of(
                chat("user", "Hi there"),
                chat(
                        "system",
                        "Be brief. ",
                        "user",
                        "Gr\u00fc\u00dfe \ud83d\ude42",
                        "assistant",
                        "Ja.",
                        "user",
                        "<|im_end|>?"),
                chat("user", "Go on", "assistant", "So ").toBuilder()
                        .setContinueFinalMessage(true)
                        .build(),
                chat(
                        "system",
                        "Be brief.",
                        "user",
                        "word ".repeat(2000),
                        "assistant",
                        "Read.",
                        "user",
                        "What was it?"));
    }

    /** Such prompts are what the router is for. */
    static Chat longerThanTheEnginesContext() {
        return chat("system", "Be brief.", "user", "word ".repeat(9000), "user", "What was it?");
    }
}
