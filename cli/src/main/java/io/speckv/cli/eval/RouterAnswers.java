package io.speckv.cli.eval;

import io.speckv.cli.client.RouterClient;
import io.speckv.evals.Setting;
import io.speckv.proto.v1.CompressionReport;
import io.speckv.proto.v1.FallbackPolicy;
import io.speckv.proto.v1.FallbackReason;
import io.speckv.proto.v1.FinishReason;
import io.speckv.proto.v1.GenerateFinished;
import io.speckv.proto.v1.GenerateRequest;
import io.speckv.proto.v1.GenerateResponse;
import io.speckv.proto.v1.Prompt;
import io.speckv.proto.v1.Protection;
import io.speckv.proto.v1.SamplingSettings;
import io.speckv.proto.v1.TokenIds;
import io.speckv.proto.v1.TokenLogprobs;
import io.speckv.selection.method.Method;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * Greedy answers of a router, timed at the client.
 *
 * <p>A request fails rather than fall back, and an answer after a cut is refused: it would be another method's answer.
 */
final class RouterAnswers {
    private final RouterClient client;
    private final String model;
    private final ServedMethods methods;
    private final Protection protection;

    /**
     * @param model name of the target
     * @param protection of chats
     */
    RouterAnswers(RouterClient client, String model, ServedMethods methods, Protection protection) {
        this.client = client;
        this.model = model;
        this.methods = methods;
        this.protection = protection;
    }

    /**
     * One answer.
     *
     * @param logprobs one for each token; empty if they were not asked for
     * @param firstTokenMillis from the request to the first message
     * @param totalMillis from the request to the last message
     */
    record Answer(
            String text,
            List<Integer> tokens,
            List<TokenLogprobs> logprobs,
            GenerateFinished finished,
            double firstTokenMillis,
            double totalMillis) {
        long kvBytes() {
            return finished.getCompression().getKv().getKeptBytes();
        }
    }

    /**
     * Returns the answer to a prompt.
     *
     * @param logprobs number of likeliest tokens to report at each place; empty for no probabilities at all
     * @throws IOException if the answer is not what was asked for; the message says what would help
     */
    Answer ask(Prompt prompt, Setting setting, int maxNewTokens, OptionalInt logprobs) throws IOException {
        // These fields are set because unset ones would come from the model's generation_config.json.
        SamplingSettings.Builder greedy = SamplingSettings.newBuilder()
                .setMaxNewTokens(maxNewTokens)
                .setTemperature(0)
                .setRepetitionPenalty(1)
                .setPresencePenalty(0)
                .setFrequencyPenalty(0);
        logprobs.ifPresent(greedy::setTopLogprobs);
        ServedMethods.Asked method = methods.of(setting);
        Gathered answer = new Gathered(System.nanoTime());
        client.generate(
                GenerateRequest.newBuilder()
                        .setModel(model)
                        .setPrompt(prompt)
                        .setMethod(method.wire())
                        .setProtection(protection)
                        .setSampling(greedy)
                        .setFallback(FallbackPolicy.FALLBACK_POLICY_FAIL)
                        .build(),
                answer::accept);
        requireWhole(answer.finished, setting, method.method());
        return answer.whole();
    }

    /** Returns a prompt in the target's tokens. */
    static Prompt prompt(int[] tokens) {
        return Prompt.newBuilder()
                .setTokenIds(TokenIds.newBuilder()
                        .addAllIds(Arrays.stream(tokens).boxed().toList()))
                .build();
    }

    /** Returns whether the target reports how much of the lookahead is right. */
    boolean verifiesLookahead(Setting setting) {
        return methods.of(setting).method().verifyLookahead();
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

    /** One answer while it comes. */
    private static final class Gathered {
        private final StringBuilder text = new StringBuilder();
        private final List<Integer> tokens = new ArrayList<>();
        private final List<TokenLogprobs> logprobs = new ArrayList<>();
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
                tokens.addAll(message.getDelta().getTokenIdsList());
                logprobs.addAll(message.getDelta().getLogprobsList());
            } else if (message.hasFinished()) {
                finished = message.getFinished();
            }
        }

        Answer whole() {
            return new Answer(text.toString(), tokens, logprobs, finished, (first - asked) / 1e6, (last - asked) / 1e6);
        }
    }
}
