package io.speckv.cli.local;

import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.PromptScorer;
import io.speckv.selection.method.Method;
import io.speckv.serving.PromptClassifier;
import io.speckv.text.DecodedTokens;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The token classifier of a local run, if one of its methods names one. */
public final class LocalClassifier implements AutoCloseable {
    private final @Nullable PromptClassifier classifier;

    private LocalClassifier(@Nullable PromptClassifier classifier) {
        this.classifier = classifier;
    }

    public static LocalClassifier open(Method method, ModelOptions options) {
        return open(List.of(method), options);
    }

    /**
     * Opens the classifier that methods name; all must name the same one.
     *
     * @throws WrongInputException if they name several
     */
    public static LocalClassifier open(List<Method> methods, ModelOptions options) {
        Set<String> folders = new TreeSet<>();
        for (Method method : methods) {
            String folder = method.prompt().scoreSource().classifierFolder();
            if (folder != null) {
                folders.add(folder);
            }
        }
        if (folders.size() > 1) {
            throw new WrongInputException("the methods name several token classifiers, " + folders + "; name one");
        }
        return new LocalClassifier(
                folders.isEmpty()
                        ? null
                        : PromptClassifier.open(Path.of(folders.iterator().next()), options));
    }

    /**
     * Returns normally if the method can run.
     *
     * @throws WrongInputException if it needs a classifier and names none
     */
    public void requireFor(Method method, int promptTokens, int maxNewTokens) {
        if (classifier == null && method.draftWork(promptTokens, maxNewTokens).classified()) {
            throw new WrongInputException(
                    "method " + method.name() + " needs a token classifier: give it as its setting classifier=DIR");
        }
    }

    /** Returns what tells the classifier from others; empty if the methods name none. */
    public String fingerprint() {
        return classifier == null ? "" : classifier.fingerprint();
    }

    /** Returns a scorer of the target's prompts, given the target's tokenizer; null if the method names no classifier. */
    @Nullable
    public PromptScorer scorer(Tokenizer target) {
        return classifier == null
                ? null
                : (prompt, yieldPoint) -> classifier.scores(DecodedTokens.of(target, prompt), yieldPoint);
    }

    @Override
    public void close() {
        if (classifier != null) {
            classifier.close();
        }
    }
}
