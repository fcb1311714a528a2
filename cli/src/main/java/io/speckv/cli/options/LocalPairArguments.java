package io.speckv.cli.options;

import io.speckv.engine.ModelOptions;
import io.speckv.engine.torch.DecoderModel;
import io.speckv.selection.align.TokenBridge;
import io.speckv.text.TextBridge;
import io.speckv.text.Tokenizer;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A target and its draft; the bundled pair unless others are named. */
public final class LocalPairArguments {
    @Option(
            names = "--target",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint of the target: a folder or a GGUF file (the bundled one)")
    Path target = BundledPair.targetFolder();

    @Option(
            names = "--draft",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "checkpoint of the draft: a folder or a GGUF file (the bundled one)")
    Path draft = BundledPair.draftFolder();

    @Mixin
    ModelArguments models = new ModelArguments();

    /** Returns the arguments for a given pair. */
    public static LocalPairArguments of(Path target, Path draft, ModelArguments models) {
        LocalPairArguments arguments = new LocalPairArguments();
        arguments.target = target;
        arguments.draft = draft;
        arguments.models = models;
        return arguments;
    }

    /** Returns the target's folder. */
    public Path target() {
        return target;
    }

    /** Returns whether the target is the bundled one. */
    public boolean targetIsBundled() {
        return target.toAbsolutePath()
                .normalize()
                .equals(BundledPair.targetFolder().toAbsolutePath().normalize());
    }

    /** Returns the draft's folder. */
    public Path draft() {
        return draft;
    }

    /** Returns how both are loaded. */
    public ModelOptions options() {
        return models.options();
    }

    /** Opens both models; the caller closes the result. */
    public Open open() {
        Tokenizer tokenizer = Tokenizer.open(target);
        return new Open(
                tokenizer,
                DecoderModel.open(target, options()),
                Tokenizer.open(draft),
                DecoderModel.open(draft, options()));
    }

    /** Both models with their tokenizers. */
    public record Open(Tokenizer tokenizer, DecoderModel target, Tokenizer draftTokenizer, DecoderModel draft)
            implements AutoCloseable {
        /** Returns the bridge from the draft's tokens to those of a target's prompt. */
        public TokenBridge bridge(int[] prompt) {
            return draftTokenizer.fingerprint().equals(tokenizer.fingerprint())
                    ? TokenBridge.shared(prompt)
                    : TextBridge.ofTokens(draftTokenizer, tokenizer, prompt);
        }

        @Override
        public void close() {
            draft.close();
            draftTokenizer.close();
            target.close();
            tokenizer.close();
        }
    }
}
