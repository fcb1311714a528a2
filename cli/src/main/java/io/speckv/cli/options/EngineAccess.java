package io.speckv.cli.options;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that are needed to ask another engine, besides its URL. */
public final class EngineAccess {
    @Option(
            names = "--engine-key",
            converter = OptionPaths.InputFile.class,
            paramLabel = "FILE",
            description = "file with the engine's key (none)")
    @Nullable
    Path key;

    @Option(
            names = "--context-tokens",
            converter = Numbers.AtLeastOne.class,
            description = "of prompt and answer together, for engines that do not say (what the engine says)")
    @Nullable
    Integer contextTokens;

    public @Nullable Path key() {
        return key;
    }

    public @Nullable Integer contextTokens() {
        return contextTokens;
    }

    /** Returns whether an option was given. */
    public boolean saysSomething() {
        return key != null || contextTokens != null;
    }
}
