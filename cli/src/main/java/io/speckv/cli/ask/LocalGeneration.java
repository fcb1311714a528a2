package io.speckv.cli.ask;

import io.speckv.cli.local.DraftModel;
import io.speckv.cli.local.LocalClassifier;
import io.speckv.cli.options.PromptArguments;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.YieldPoint;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.sampling.Sampler;
import io.speckv.engine.sampling.SamplingSettings;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.method.Method;
import io.speckv.text.PromptTexts;
import io.speckv.text.SpecialTokens;
import io.speckv.text.StopStrings;
import io.speckv.text.TokenStream;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Generation in this process, without any service.
 *
 * @param chat whether the prompt is a user's message in the target's chat format
 */
record LocalGeneration(Path target, DraftArguments draft, ModelOptions models, boolean chat) {

    /**
     * Generates one answer.
     *
     * @param onText takes the text piece by piece
     */
    LocalAnswer run(PromptArguments prompt, Method method, SamplingSettings settings, Consumer<String> onText)
            throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(target);
                DecoderModel targetModel = DecoderModel.open(target, models);
                DraftModel draftModel = draft.open(models);
                LocalClassifier classifier = LocalClassifier.open(method, models)) {
            LocalPrompt read = LocalPrompt.read(prompt, chat, tokenizer, target);
            int[] tokens = read.tokens();
            draftModel.requireFor(method, tokens.length, settings.maxNewTokens());
            classifier.requireFor(method, tokens.length, settings.maxNewTokens());
            Sampler sampler = new Sampler(
                    settings,
                    ThreadLocalRandom.current().nextLong(),
                    tokens,
                    targetModel.checkpoint().endTokens());
            Output output = new Output(tokenizer, settings, onText);
            Cascade.Request request = new Cascade.Request(
                    tokens,
                    draftModel.bridge(tokenizer, tokens),
                    method,
                    settings.maxNewTokens(),
                    ends(settings, targetModel),
                    PromptTexts.of(tokenizer, tokens, method.prompt()));
            Cascade.Result result = draftModel
                    .cascade(targetModel, classifier.scorer(tokenizer))
                    .run(request, sampler::choose, output::accept, YieldPoint.NONE);
            return new LocalAnswer(method, read, result, output.finish());
        }
    }

    private static Set<Integer> ends(SamplingSettings settings, DecoderModel model) {
        Set<Integer> ends = new HashSet<>(settings.stopTokenIds());
        if (!settings.ignoreEos()) {
            ends.addAll(model.checkpoint().endTokens());
        }
        return ends;
    }

    /** Turns tokens into text until a stop string ends the answer. */
    private static final class Output {
        private final TokenStream stream;
        private final StopStrings stops;
        private final Consumer<String> onText;
        private final StringBuilder whole = new StringBuilder();

        Output(Tokenizer tokenizer, SamplingSettings settings, Consumer<String> onText) {
            this.stream = new TokenStream(tokenizer, SpecialTokens.EXCLUDED);
            this.stops = new StopStrings(settings.stopStrings());
            this.onText = onText;
        }

        /** Passes on a token's text; returns whether the answer goes on. */
        boolean accept(int token) {
            tell(stops.accept(stream.accept(token)));
            return stops.matched().isEmpty();
        }

        private void tell(String text) {
            whole.append(text);
            onText.accept(text);
        }

        /** Returns the whole answer. */
        String finish() {
            if (stops.matched().isEmpty()) {
                tell(stops.accept(stream.finish()));
            }
            tell(stops.finish());
            return whole.toString();
        }
    }
}
