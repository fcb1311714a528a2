package io.speckv.cli.eval;

import io.speckv.cli.local.LocalClassifier;
import io.speckv.cli.options.LocalPairArguments;
import io.speckv.cli.options.WrongInputException;
import io.speckv.evals.CascadeGenerator;
import io.speckv.evals.Generator;
import io.speckv.evals.MethodOverrides;
import io.speckv.evals.PairIdentity;
import io.speckv.evals.PromptTokenizer;
import io.speckv.evals.Setting;
import io.speckv.evals.fidelity.AnswerMeter;
import io.speckv.evals.fidelity.CascadeMeter;
import io.speckv.selection.method.Method;
import io.speckv.text.PromptTexts;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A pair opened in this process. */
record LocalPair(
        LocalPairArguments arguments,
        LocalPairArguments.Open models,
        PromptTokenizer prompts,
        LocalClassifier classifier,
        MethodOverrides settings)
        implements EvaluatedPair {
    /**
     * Opens the models and, if a method of {@code grid} needs it, a token classifier.
     *
     * @throws WrongInputException if a method needs a token classifier and names none, or several are named
     */
    static LocalPair open(LocalPairArguments arguments, MethodOverrides settings, List<Setting> grid)
            throws IOException {
        List<Method> methods = grid.stream().map(settings::method).toList();
        LocalClassifier classifier = LocalClassifier.open(methods, arguments.options());
        try {
            // Checks for prompts of any length, since one that is long enough to need the classifier will come.
            methods.forEach(method -> classifier.requireFor(method, Integer.MAX_VALUE, 1));
            return open(arguments, classifier, settings);
        } catch (RuntimeException | IOException e) {
            classifier.close();
            throw e;
        }
    }

    private static LocalPair open(LocalPairArguments arguments, LocalClassifier classifier, MethodOverrides settings)
            throws IOException {
        LocalPairArguments.Open models = arguments.open();
        try {
            PromptTokenizer prompts = PromptTokenizer.of(models.tokenizer(), arguments.target());
            return new LocalPair(arguments, models, prompts, classifier, settings);
        } catch (RuntimeException | IOException e) {
            models.close();
            throw e;
        }
    }

    @Override
    public int longestPromptOfTarget(int newTokens) {
        // The last token of an answer is not fed, so it needs no position.
        return models.target().shape().maxPositions() - newTokens + 1;
    }

    @Override
    public int longestPrompt(int newTokens) {
        return Math.min(
                        models.target().shape().maxPositions(),
                        models.draft().shape().maxPositions())
                - newTokens;
    }

    @Override
    public PairIdentity identity() {
        return new PairIdentity(Map.of(
                "target",
                PairIdentity.of(models.target().checkpoint()),
                "target's tokenizer",
                models.tokenizer().fingerprint(),
                "chat template",
                prompts.templateFingerprint(),
                "draft",
                PairIdentity.of(models.draft().checkpoint()),
                "draft's tokenizer",
                models.draftTokenizer().fingerprint(),
                "classifier",
                classifier.fingerprint(),
                "precision",
                models.target().precision().name(),
                "settings",
                settings.overrides().toString()));
    }

    @Override
    public Generator generator() {
        return new CascadeGenerator(
                models.target(),
                models.draft(),
                prompts,
                models::bridge,
                classifier.scorer(models.tokenizer()),
                settings);
    }

    @Override
    public AnswerMeter meter(OptionalInt logprobs) {
        return new CascadeMeter(
                models.target(),
                models.draft(),
                models::bridge,
                (prompt, policy) -> PromptTexts.of(models.tokenizer(), prompt, policy),
                classifier.scorer(models.tokenizer()),
                settings);
    }

    @Override
    public String lossesAre() {
        return "losses and divergences: of every token of the full cache's answer, read over the compressed prompt or"
                + " cache; times: of writing that answer";
    }

    @Override
    public String names() {
        return "target " + arguments.target().getFileName() + ", draft "
                + arguments.draft().getFileName();
    }

    @Override
    public String timesAre() {
        return "work shared by methods counts for each";
    }

    @Override
    public void close() {
        prompts.close();
        models.close();
        classifier.close();
    }
}
