package io.speckv.cli;

import io.speckv.cli.client.RouterClient;
import io.speckv.evals.Generator;
import io.speckv.evals.MethodSettings;
import io.speckv.evals.PromptTokens;
import io.speckv.evals.Setting;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers greedily through a router, one method after another, and takes times as a client does.
 *
 * <p>Nothing may stand in for the draft: an answer that came about otherwise would be another method's.
 */
final class RouterGenerator implements Generator {
    private final RouterClient client;
    private final String model;
    private final PromptTokens prompts;
    private final MethodSettings methods;

    /**
     * Creates a generator.
     *
     * @param model name of the target
     * @param prompts in the tokens of that target
     */
    RouterGenerator(RouterClient client, String model, PromptTokens prompts, MethodSettings methods) {
        this.client = client;
        this.model = model;
        this.prompts = prompts;
        this.methods = methods;
    }

    @Override
    public List<Generated> generate(Request request) {
        int[] prompt = prompts.of(request.prompt(), request.chat());
        List<Generated> answers = new ArrayList<>();
        for (Setting setting : request.settings()) {
            answers.add(answer(prompt, setting, request.maxNewTokens()));
        }
        return answers;
    }

    private Generated answer(int[] prompt, Setting setting, int maxNewTokens) {
        TokenIds tokens = TokenIds.newBuilder()
                .addAllIds(Arrays.stream(prompt).boxed().toList())
                .build();
        // What is unset would come from the model's generation_config.json.
        SamplingSettings greedy = SamplingSettings.newBuilder()
                .setMaxNewTokens(maxNewTokens)
                .setTemperature(0)
                .setRepetitionPenalty(1)
                .setPresencePenalty(0)
                .setFrequencyPenalty(0)
                .build();
        Answer answer = new Answer(System.nanoTime());
        client.generate(
                GenerateRequest.newBuilder()
                        .setModel(model)
                        .setPrompt(Prompt.newBuilder().setTokenIds(tokens))
                        .setMethod(
                                io.speckv.kit.wire.MethodSettings.toProto(setting.method(), methods.applied(setting)))
                        .setSampling(greedy)
                        .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                        .build(),
                answer::accept);
        return answer.generated(prompt.length);
    }

    /** One answer as it comes. */
    private static final class Answer {
        private final StringBuilder text = new StringBuilder();
        private final long asked;
        private long first;
        private long last;
        private GenerateFinished finished = GenerateFinished.getDefaultInstance();

        Answer(long asked) {
            this.asked = asked;
        }

        void accept(GenerateResponse message) {
            last = System.nanoTime();
            if (first == 0) {
                first = last;
            }
            if (message.hasDelta()) {
                text.append(message.getDelta().getText());
            } else if (message.hasFinished()) {
                finished = message.getFinished();
            }
        }

        Generated generated(int promptTokens) {
            return new Generated(
                    text.toString(),
                    promptTokens,
                    finished.getUsage().getGeneratedTokenCount(),
                    (first - asked) / 1e6,
                    (last - asked) / 1e6,
                    finished.getCompression().getKv().getKeptBytes());
        }
    }
}
