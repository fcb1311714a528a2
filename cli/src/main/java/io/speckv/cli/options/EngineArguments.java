package io.speckv.cli.options;

import io.speckv.trio.TargetModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of another engine that answers in the place of our own target. */
public final class EngineArguments {
    @Option(
            names = "--engine",
            paramLabel = "URL",
            description =
                    "of an engine's HTTP server that answers instead of a target of ours (vLLM, SGLang, llama.cpp,"
                            + " TensorRT-LLM, or any with OpenAI's completions); needs --draft and --tokenizer")
    @Nullable
    String url;

    @Option(
            names = "--tokenizer",
            converter = OptionPaths.Input.class,
            paramLabel = "DIR",
            description = "folder with the tokenizer of the engine's model: tokenizer.json and what lies beside it")
    @Nullable
    Path tokenizer;

    @Mixin
    final EngineAccess access = new EngineAccess();

    /**
     * Returns the model that the engine runs; empty if no engine is named.
     *
     * @throws WrongInputException if an option lacks another one that it needs
     */
    Optional<TargetModel> model() {
        if (url == null) {
            if (tokenizer != null || access.saysSomething()) {
                throw new WrongInputException("--tokenizer, --engine-key and --context-tokens say something about an"
                        + " --engine, which is missing");
            }
            return Optional.empty();
        }
        if (tokenizer == null) {
            throw new WrongInputException("--engine needs --tokenizer DIR, the folder with the tokenizer of its model");
        }
        return Optional.of(new TargetModel.OfEngine(url, tokenizer));
    }

    /** Returns the flags of the target service that asks the engine. */
    List<String> flags() {
        return TargetModel.OfEngine.flags(access.key, access.contextTokens);
    }
}
