package io.speckv.cli.ask;

import io.speckv.cli.local.DraftModel;
import io.speckv.cli.local.LocalClassifier;
import io.speckv.cli.options.PromptArguments;
import io.speckv.engine.Cancellation;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.method.Method;
import io.speckv.text.SpecialTokens;
import io.speckv.text.StopStrings;
import io.speckv.text.TokenStream;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Generation in this process, without any service. */
record LocalGeneration(Path target, @Nullable Path draft, ModelOptions models) {

    /** Prints the answer as it comes, and then on standard error how it went. */
    void print(PromptArguments prompt, Method method, SamplingSettings settings) throws IOException {
        String text = prompt.text();
        try (Tokenizer tokenizer = Tokenizer.open(target);
                DecoderModel targetModel = DecoderModel.open(target, models);
                DraftModel draftModel = DraftModel.open(draft, models);
                LocalClassifier classifier = LocalClassifier.open(method, models)) {
            int[] tokens = prompt.tokens(text, tokenizer);
            draftModel.requireFor(method, tokens.length, settings.maxNewTokens());
            classifier.requireFor(method, tokens.length, settings.maxNewTokens());
            Sampler sampler = new Sampler(settings, ThreadLocalRandom.current().nextLong(), tokens);
            Output output = new Output(tokenizer, settings, System.out);
            Cascade.Request request = new Cascade.Request(
                    tokens,
                    draftModel.bridge(tokenizer, tokens),
                    method,
                    settings.maxNewTokens(),
                    ends(settings, targetModel));
            Cascade.Result result = draftModel
                    .cascade(targetModel, classifier.scorer(tokenizer))
                    .run(request, sampler::choose, output::accept, Cancellation.NEVER);
            output.finish();
            report(tokens.length, result);
        }
    }

    private static Set<Integer> ends(SamplingSettings settings, DecoderModel model) {
        Set<Integer> ends = new HashSet<>(settings.stopTokenIds());
        if (!settings.ignoreEos()) {
            ends.addAll(model.checkpoint().endTokens());
        }
        return ends;
    }

    private static void report(int promptTokens, Cascade.Result result) {
        double first = result.stages().untilFirstToken() / 1e9;
        double decode = result.stages().byStage().getOrDefault("target.decode", 0L) / 1e9;
        int decoded = result.output().length - 1 - result.acceptedLookahead();
        System.err.printf(
                "%n%d prompt tokens, %d kept; first token after %.2f s%n%d tokens, %d from the draft",
                promptTokens, result.kept().length, first, result.output().length, result.acceptedLookahead());
        System.err.println(decoded <= 0 ? "" : "; decoded at %.1f tokens/s".formatted(decoded / decode));
    }

    /** Prints tokens as text until a stop string ends the answer. */
    private static final class Output {
        private final TokenStream stream;
        private final StopStrings stops;
        private final Set<Integer> silent;
        private final PrintStream out;

        Output(Tokenizer tokenizer, SamplingSettings settings, PrintStream out) {
            this.stream = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
            this.stops = new StopStrings(settings.stopStrings());
            this.silent = settings.stopTokenIds();
            this.out = out;
        }

        /** Prints a token's text and returns whether the answer goes on. */
        boolean accept(int token) {
            if (!silent.contains(token)) {
                out.print(stops.accept(stream.accept(token)));
                out.flush();
            }
            return stops.matched().isEmpty();
        }

        void finish() {
            if (stops.matched().isEmpty()) {
                out.print(stops.accept(stream.finish()));
            }
            out.println(stops.finish());
        }
    }
}
