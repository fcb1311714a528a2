package io.speckv.cli.eval;

import io.speckv.cli.client.RouterClient;
import io.speckv.evals.Generator;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.selection.method.Method;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Answers greedily through a router and takes times as a client does.
 *
 * <p>Nothing may stand in for the draft, and nothing may be cut off: the answer would be another method's.
 */
final class RouterGenerator implements Generator {
    private final RouterClient client;
    private final String model;
    private final PromptTokenizer prompts;
    private final ServedMethods methods;

    /**
     * Creates a generator.
     *
     * @param model name of the target
     * @param prompts in the tokens of that target
     */
    RouterGenerator(RouterClient client, String model, PromptTokenizer prompts, ServedMethods methods) {
        this.client = client;
        this.model = model;
        this.prompts = prompts;
        this.methods = methods;
    }

    @Override
    public List<Generated> generate(Request request) throws IOException {
        int[] prompt = prompts.of(request.prompt(), request.chat());
        List<Generated> answers = new ArrayList<>();
        for (Setting setting : request.settings()) {
            answers.add(answer(prompt, setting, request.maxNewTokens()));
        }
        return answers;
    }

    @Override
    public boolean sharesWork() {
        return false;
    }

    private Generated answer(int[] prompt, Setting setting, int maxNewTokens) throws IOException {
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
        ServedMethods.Asked method = methods.of(setting);
        Gathered answer = new Gathered(System.nanoTime());
        client.generate(
                GenerateRequest.newBuilder()
                        .setModel(model)
                        .setPrompt(Prompt.newBuilder().setTokenIds(tokens))
                        .setMethod(method.wire())
                        .setSampling(greedy)
                        .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                        .build(),
                answer::accept);
        requireWhole(answer.finished, setting, method.method());
        return answer.generated(prompt.length);
    }

    private static void requireWhole(GenerateFinished finished, Setting setting, Method method) throws IOException {
        CompressionReport report = finished.getCompression();
        boolean lookaheadChooses =
                method.cache().lookaheadChooses(finished.getUsage().getKeptTokenCount());
        if (report.getFallbackReason() != FallbackReason.FALLBACK_REASON_UNSPECIFIED
                || (lookaheadChooses && report.getLookahead().getArrivedLate())) {
            throw new IOException("an answer of " + setting.method() + " with budget " + setting.budget()
                    + " had to do without the draft's whole lookahead, which came too late; ask fewer samples at a time"
                    + " (--threads), or let the target wait longer (lookahead-wait). The same command goes on");
        }
        if (finished.getFinishReason() == FinishReason.FINISH_REASON_CONTEXT_FULL) {
            throw new IOException("an answer of " + setting.method() + " was cut off where the target's context ended;"
                    + " ask for shorter prompts");
        }
    }

    /** One answer as it comes. */
    private static final class Gathered {
        private final StringBuilder text = new StringBuilder();
        private final long asked;
        private long first;
        private long last;
        private GenerateFinished finished = GenerateFinished.getDefaultInstance();

        Gathered(long asked) {
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
