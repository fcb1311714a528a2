package io.speckv.cli;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.align.TokenBridge;
import io.speckv.selection.method.Method;
import io.speckv.text.TextBridge;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The draft of a local run, if one was given, with its tokenizer. */
final class DraftModel implements AutoCloseable {
    private final @Nullable DecoderModel model;
    private final @Nullable Tokenizer tokenizer;

    private DraftModel(@Nullable DecoderModel model, @Nullable Tokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    static DraftModel open(@Nullable Path folder, ModelOptions options) {
        return folder == null
                ? new DraftModel(null, null)
                : new DraftModel(DecoderModel.open(folder, options), Tokenizer.open(folder));
    }

    @Nullable
    DecoderModel model() {
        return model;
    }

    /**
     * Returns normally if the method can run.
     *
     * @throws WrongInputException if it needs a draft and none was given
     */
    void requireFor(Method method, int promptTokens, int maxNewTokens) {
        if (model == null && method.draftWork(promptTokens, maxNewTokens).needsModel()) {
            throw new WrongInputException("method " + method.name() + " needs a draft model: give --draft DIR");
        }
    }

    /** Between the vocabularies of draft and target; direct where they are one. */
    TokenBridge bridge(Tokenizer target, int[] prompt) {
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
