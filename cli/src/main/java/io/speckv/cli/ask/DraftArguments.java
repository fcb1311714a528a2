package io.speckv.cli.ask;

import io.speckv.cli.local.DraftModel;
import io.speckv.cli.options.OptionPaths;
import io.speckv.engine.ModelOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The draft of a local run; none if no option is given. */
final class DraftArguments {
    @Option(
            names = "--draft",
            converter = OptionPaths.Input.class,
            required = true,
            paramLabel = "DIR",
            description = "checkpoint of the draft model: a folder or a GGUF file")
    @Nullable
    Path folder;

    @Option(
            names = "--ngram-draft",
            required = true,
            description = "no draft model: guess lookahead from the prompt's own n-grams")
    boolean ngrams;

    /** Returns whether an option was given. */
    boolean isGiven() {
        return folder != null || ngrams;
    }

    DraftModel open(ModelOptions options) {
        return ngrams ? DraftModel.ofNgrams() : DraftModel.open(folder, options);
    }
}
