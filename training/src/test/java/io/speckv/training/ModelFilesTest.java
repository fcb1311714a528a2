package io.speckv.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFilesTest {
    @TempDir
    Path from;

    @TempDir
    Path to;

    private static void write(Path folder, String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, "of " + name);
        }
    }

    private static List<String> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void aTokenizerIsItsFileAndWhatStandsBesideIt() throws IOException {
        String[] tokenizer = {
            "added_tokens.json",
            "additional_chat_templates/rag.jinja",
            "additional_chat_templates/tool_use.jinja",
            "chat_template.jinja",
            "chat_template.json",
            "merges.txt",
            "special_tokens_map.json",
            "tokenizer.json",
            "tokenizer.model",
            "tokenizer_config.json",
            "vocab.json"
        };
        write(from, tokenizer);
        write(from, "config.json", "model.safetensors", "generation_config.json", "README.md");
        ModelFiles.copyTokenizer(from, to);

        assertThat(files(to)).containsExactly(tokenizer);
        for (String name : tokenizer) {
            assertThat(to.resolve(name)).hasContent("of " + name);
        }
    }

    @Test
    void oneFileIsEnough() throws IOException {
        write(from, "tokenizer.json");
        ModelFiles.copyTokenizer(from, to);
        assertThat(files(to)).containsExactly("tokenizer.json");
    }

    @Test
    void filesThatAreThereAreReplacedAndOthersStay() throws IOException {
        write(from, "tokenizer.json", "additional_chat_templates/rag.jinja");
        write(to, "notes.txt", "additional_chat_templates/other.jinja");
        Files.writeString(to.resolve("tokenizer.json"), "of before");
        ModelFiles.copyTokenizer(from, to);

        assertThat(files(to))
                .containsExactly(
                        "additional_chat_templates/other.jinja",
                        "additional_chat_templates/rag.jinja",
                        "notes.txt",
                        "tokenizer.json");
        assertThat(to.resolve("tokenizer.json")).hasContent("of tokenizer.json");
    }

    @Test
    void foldersAmongTheTemplatesAreNotOfThem() throws IOException {
        write(from, "tokenizer.json", "additional_chat_templates/old/rag.jinja");
        ModelFiles.copyTokenizer(from, to);
        assertThat(files(to)).containsExactly("tokenizer.json");
    }

    @Test
    void aFolderWithoutATokenizerIsNamed() throws IOException {
        write(from, "tokenizer_config.json");
        assertThatThrownBy(() -> ModelFiles.copyTokenizer(from, to))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(from.resolve("tokenizer.json").toString());
        assertThat(files(to)).isEmpty();
    }

    @Test
    void aFolderMayBeCopiedToItself() throws IOException {
        write(from, "tokenizer.json", "vocab.json");
        ModelFiles.copyTokenizer(from, from);
        assertThat(from.resolve("tokenizer.json")).hasContent("of tokenizer.json");
        assertThat(from.resolve("vocab.json")).hasContent("of vocab.json");
    }

    @Test
    void aGenerationConfigIsCopiedWhereThereIsOne() throws IOException {
        ModelFiles.copyGeneration(from, to);
        assertThat(files(to)).isEmpty();
        write(from, "generation_config.json", "config.json");
        ModelFiles.copyGeneration(from, to);
        assertThat(files(to)).containsExactly("generation_config.json");
    }
}
