package io.speckv.cli;

import io.speckv.engine.Cancellation;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Streams the continuation of a prompt to the terminal. */
@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        description = "Continue a prompt with a local checkpoint, streaming the text.")
final class GenerateCommand implements Callable<Integer> {
    @Option(names = "--target", required = true, paramLabel = "DIR", description = "checkpoint of the target model")
    Path target = Path.of("");

    @Option(names = "--draft", paramLabel = "DIR", description = "checkpoint of the draft model, for methods with one")
    @Nullable
    Path draft;

    @ArgGroup(exclusive = true, multiplicity = "1")
    PromptArguments prompt = new PromptArguments();

    @Mixin
    MethodArguments method = new MethodArguments();

    @Mixin
    SamplingArguments sampling = new SamplingArguments();

    @Mixin
    ModelArguments models = new ModelArguments();

    @Override
    public Integer call() throws IOException {
        Method chosen = method.method();
        SamplingSettings settings = sampling.settings();
        String text = prompt.text();
        try (Tokenizer tokenizer = Tokenizer.open(target);
                DecoderModel targetModel = DecoderModel.open(target, models.options());
                DraftModel draftModel = DraftModel.open(draft, models.options())) {
            int[] tokens = prompt.tokens(text, tokenizer);
            draftModel.requireFor(chosen, tokens.length, settings.maxNewTokens());
            Sampler sampler = new Sampler(settings, ThreadLocalRandom.current().nextLong(), tokens);
            Output output = new Output(tokenizer, settings, System.out);
            Cascade.Request request = new Cascade.Request(
                    tokens,
                    draftModel.bridge(tokenizer, tokens),
                    chosen,
                    settings.maxNewTokens(),
                    ends(settings, targetModel));
            Cascade.Result result = new Cascade(targetModel, draftModel.model())
                    .run(request, sampler::choose, output::accept, Cancellation.NEVER);
            output.finish();
            report(tokens.length, result);
        }
        return 0;
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
                "%n%d prompt tokens, %d kept; first token after %.2f s; %d tokens, %d from the draft; decoded at %.1f tokens/s%n",
                promptTokens,
                result.kept().length,
                first,
                result.output().length,
                result.acceptedLookahead(),
                decoded <= 0 ? 0.0 : decoded / decode);
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
