package io.speckv.training;

import io.speckv.engine.checkpoint.config.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The files of a model folder that are the same for every model of a tokenizer. */
final class ModelFiles {
    static final String TOKENIZER = "tokenizer.json";

    /** Files that some folders have beside the tokenizer: its settings, its older formats, and chat templates. */
    private static final List<String> BESIDE = List.of(
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "tokenizer.model",
            "vocab.json",
            "merges.txt",
            "chat_template.json",
            "chat_template.jinja");

    private static final String TEMPLATES = "additional_chat_templates";

    private ModelFiles() {}

    /**
     * Copies tokenizer and chat templates, and replaces existing ones.
     *
     * @throws java.nio.file.NoSuchFileException if there is no {@code tokenizer.json}
     */
    static void copyTokenizer(Path from, Path to) throws IOException {
        copy(from.resolve(TOKENIZER), to.resolve(TOKENIZER));
        for (String name : BESIDE) {
            copyIfThere(from, to, name);
        }
        if (Files.isDirectory(from.resolve(TEMPLATES))) {
            Files.createDirectories(to.resolve(TEMPLATES));
            try (Stream<Path> templates = Files.list(from.resolve(TEMPLATES))) {
                for (Path template : templates.filter(Files::isRegularFile).toList()) {
                    copy(template, to.resolve(TEMPLATES).resolve(String.valueOf(template.getFileName())));
                }
            }
        }
    }

    /** Copies the model's generation config, if it has one. */
    static void copyGeneration(Path from, Path to) throws IOException {
        copyIfThere(from, to, ModelConfig.GENERATION_CONFIG);
    }

    private static void copyIfThere(Path from, Path to, String name) throws IOException {
        if (Files.exists(from.resolve(name))) {
            copy(from.resolve(name), to.resolve(name));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
}
