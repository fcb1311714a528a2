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

    /**
     * Returns the engine's address; empty if no engine is named.
     *
     * @throws WrongInputException if it is not that of a server, or is missing and something is said about the engine
     */
    Optional<URI> address() {
        if (url == null) {
            if (access.saysSomething()) {
                throw new WrongInputException(
                        "--engine-key and --context-tokens say something about an --engine, which is missing");
            }
            return Optional.empty();
        }
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new WrongInputException(
                    "--engine is '" + url + "'; it must be the URL of a server, such as http://localhost:8000");
        }
        if (url.getRawUserInfo() != null) {
            throw new WrongInputException("--engine holds a user; write the engine's key into a file for --engine-key");
        }
        return Optional.of(url);
    }

    /** Returns the engine once it has described itself; empty if no engine is named. */
    Optional<EngineAlone> open() throws IOException {
        Optional<URI> named = address();
        return named.isEmpty()
                ? Optional.empty()
                : Optional.of(new EngineAlone(named.get(), access.key(), access.contextTokens()));
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
