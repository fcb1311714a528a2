package io.speckv.cli;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.PromptScorer;
import io.speckv.selection.method.Method;
import io.speckv.serving.PromptClassifier;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The token classifier of a local run, if its method names one. */
final class LocalClassifier implements AutoCloseable {
    private final @Nullable PromptClassifier classifier;

    private LocalClassifier(@Nullable PromptClassifier classifier) {
        this.classifier = classifier;
    }

    static LocalClassifier open(Method method, ModelOptions options) {
        String folder = method.prompt().scoreSource().classifierFolder();
        return new LocalClassifier(folder == null ? null : PromptClassifier.open(Path.of(folder), options));
    }

    /**
     * Returns normally if the method can run.
     *
     * @throws WrongInputException if it needs a classifier and names none
     */
    void requireFor(Method method, int promptTokens, int maxNewTokens) {
        if (classifier == null && method.draftWork(promptTokens, maxNewTokens).classified()) {
            throw new WrongInputException(
                    "method " + method.name() + " needs a token classifier: give --set classifier=DIR");
        }
    }

    /** Scores prompts of the target, whose tokenizer is given; null where the method names no classifier. */
    @Nullable
    PromptScorer scorer(Tokenizer target) {
        return classifier == null
                ? null
                : (prompt, cancellation) -> classifier.scores(DecodedTokens.of(target, prompt), cancellation);
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
