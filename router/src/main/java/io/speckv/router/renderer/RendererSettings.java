package io.speckv.router.renderer;

import com.fasterxml.jackson.annotation.JsonCreator;
import io.speckv.engineclient.EngineConnection;
import io.speckv.kit.server.ThisMachine;
import io.speckv.kit.settings.DurationText;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The engine's renderer, for routers that do not lay out chats themselves. The meaning, unit and default of every key are in
 * {@code defaults.yaml}.
 *
 * @param url of the engine's HTTP server; null if there is none
 * @param model its name there; null for the only one
 * @param timeout of one question
 * @param atOnce most chats that are laid out at the same time, however many questions each asks; more are refused
 * @param readsAnswers whether it reads the answers too: calls of tools, reasoning and text
 */
public record RendererSettings(
        Kind kind,
        @Nullable String url,
        @Nullable String model,
        @Nullable Path keyFile,
        boolean allowPlaintext,
        @Nullable Path trustedCertificates,
        Duration connectTimeout,
        Duration timeout,
        int atOnce,
        boolean readsAnswers) {

    public RendererSettings {
        if (kind != Kind.NONE) {
            if (url == null) {
                throw new IllegalArgumentException(
                        "kind is " + kind + ", which needs url, such as http://localhost:8000");
            }
            EngineConnection way =
                    new EngineConnection(EngineConnection.address(url), keyFile, trustedCertificates, connectTimeout);
            if (!allowPlaintext) {
                way.requireNotOpenToTheNetwork(ThisMachine::isMeantBy);
            }
        } else if (url != null) {
            throw new IllegalArgumentException("url is " + url + ", and kind says of which kind: vllm or llama-cpp");
        }
        if (readsAnswers && kind != Kind.VLLM) {
            throw new IllegalArgumentException(
                    "reads-answers is true, which only a renderer of kind vllm can do; kind is " + kind);
        }
        if (timeout.toMillis() < 1) {
            throw new IllegalArgumentException("timeout is " + DurationText.of(timeout) + ", must be at least 1ms");
        }
        if (atOnce < 1) {
            throw new IllegalArgumentException("at-once is " + atOnce + ", must be at least 1");
        }
    }

    /** Which renderer lays chats out. */
    public enum Kind {
        /** The template of the tokenizer's folder. */
        NONE,
        VLLM,
        LLAMA_CPP;

        /** Returns the kind of a settings file. */
        @JsonCreator
        static Kind of(String text) {
            for (Kind kind : values()) {
                if (kind.toString().equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is no renderer: write none, vllm or llama-cpp");
        }

        /** Returns the name that settings use. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Returns the server's address. */
    URI address() {
        return URI.create(Objects.requireNonNull(url));
    }
}
