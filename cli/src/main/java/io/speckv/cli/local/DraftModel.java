package io.speckv.cli.local;

import io.speckv.cli.options.WrongInputException;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.generate.Cascade;
import io.speckv.engine.generate.PromptScorer;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.method.DraftWork;
import io.speckv.selection.method.Method;
import io.speckv.text.TextBridge;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The draft of a local run: a model with its tokenizer, the prompt's n-grams, or none. */
public final class DraftModel implements AutoCloseable {
    private final @Nullable DecoderModel model;
    private final @Nullable Tokenizer tokenizer;
    private final boolean ngrams;

    private DraftModel(@Nullable DecoderModel model, @Nullable Tokenizer tokenizer, boolean ngrams) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.ngrams = ngrams;
    }

    /** Returns a draft without a model: its lookahead comes from the prompt's own n-grams. */
    public static DraftModel ofNgrams() {
        return new DraftModel(null, null, true);
    }

    public static DraftModel open(@Nullable Path folder, ModelOptions options) {
        return folder == null
                ? new DraftModel(null, null, false)
                : new DraftModel(DecoderModel.open(folder, options), Tokenizer.open(folder), false);
    }

    /** Returns a cascade of this draft and a target. */
    public Cascade cascade(DecoderModel target, @Nullable PromptScorer classifier) {
        return ngrams ? Cascade.withNgrams(target, classifier) : new Cascade(target, model, classifier);
    }

    /**
     * Returns normally if the method can run.
     *
     * @throws WrongInputException if it needs a draft and none was given
     */
    public void requireFor(Method method, int promptTokens, int maxNewTokens) {
        DraftWork work = method.draftWork(promptTokens, maxNewTokens);
        if (model != null || !work.needsModel() || (ngrams && work.lookaheadOnly())) {
            return;
        }
        String without = ngrams ? ", as n-grams score nothing" : "";
        throw new WrongInputException(
                "method " + method.name() + " needs a draft model" + without + ": give --draft DIR");
    }

    /** Returns the bridge between the vocabularies of draft and target; a direct one if both are the same. */
    public TokenBridge bridge(Tokenizer target, int[] prompt) {
        if (tokenizer == null || tokenizer.fingerprint().equals(target.fingerprint())) {
            return TokenBridge.shared(prompt);
        }
        return TextBridge.ofTokens(tokenizer, target, prompt);
    }

    @Override
    public void close() {
        if (model != null) {
            model.close();
        }
        if (tokenizer != null) {
            tokenizer.close();
        }
    }
}
