package io.speckv.cli.bench;

import io.speckv.bench.serving.EngineAlone;
import io.speckv.cli.options.EngineAccess;
import io.speckv.cli.options.WrongInputException;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Another engine that already runs and serves the weights written by {@code bench engines}. */
final class ServedEngineArguments {
    @Option(names = "--engine", paramLabel = "URL", description = "of another engine's HTTP server (none)")
    @Nullable
    URI url;

    @Mixin
    final EngineAccess access = new EngineAccess();

    /** Returns the engine once it has described itself; empty if no engine is named. */
    Optional<EngineAlone> open() throws IOException {
        return url == null ? Optional.empty() : Optional.of(new EngineAlone(url, access.key(), access.contextTokens()));
    }

    /** Refuses prompts that leave no room for their answers. */
    static void requireRoom(int[] prompts, int longest) {
        for (int prompt : prompts) {
            if (prompt < 2 || prompt > longest) {
                throw new WrongInputException("--prompt is " + prompt + ", must be 2 to " + longest
                        + ", which the engine's context has room for");
            }
        }
    }
}
