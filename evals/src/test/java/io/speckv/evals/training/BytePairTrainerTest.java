package io.speckv.evals.training;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BytePairTrainerTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "the special magic number is 1234567.",
                "Grüße, 你好 🙂\u0000\u007f",
                "  def f():\n\n\treturn x[ 3 ]  \r\n",
                ""
            })
    void encodesAnyTextAndGivesItBack(String text) throws IOException {
        BytePairTrainer.train(TaskText.prose(), 400).write(folder, 1024);
        try (HuggingFaceTokenizer tokenizer = open()) {
            assertThat(tokenizer.decode(tokenizer.encode(text, false, false).getIds(), false))
                    .isEqualTo(text);
        }
    }

    @Test
    void digitsAreTokensOfTheirOwn() throws IOException {
        BytePairTrainer.train("is: 1234567. is: 1234567. is: 1234567.", 400).write(folder, 1024);
        try (HuggingFaceTokenizer tokenizer = open()) {
            assertThat(tokenizer.encode(" 1234567", false, false).getTokens())
                    .containsExactly("Ġ1", "2", "3", "4", "5", "6", "7");
        }
    }

    @Test
    void frequentWordsBecomeOneToken() throws IOException {
        BytePairTrainer.train(" magic number".repeat(50), 400).write(folder, 1024);
        try (HuggingFaceTokenizer tokenizer = open()) {
            assertThat(tokenizer.encode(" magic number", false, false).getTokens())
                    .containsExactly("Ġmagic", "Ġnumber");
        }
    }

    @Test
    void learnsExactlyAsManyTokensAsAskedFor() {
        assertThat(BytePairTrainer.train(TaskText.prose(), 333).size()).isEqualTo(333);
    }

    @Test
    void equalTextsGiveEqualFiles() throws IOException {
        Path other = Files.createDirectory(folder.resolve("other"));
        BytePairTrainer.train(TaskText.prose(), 350).write(folder, 1024);
        BytePairTrainer.train(TaskText.prose(), 350).write(other, 1024);
        assertThat(other.resolve("tokenizer.json")).hasSameTextualContentAs(folder.resolve("tokenizer.json"));
    }

    private HuggingFaceTokenizer open() throws IOException {
        return HuggingFaceTokenizer.newInstance(folder.resolve("tokenizer.json"), Map.of("truncation", "false"));
    }
}
