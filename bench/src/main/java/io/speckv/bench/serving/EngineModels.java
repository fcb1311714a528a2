package io.speckv.bench.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.gguf.GgufWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * Random weights of real shapes for another engine and a draft beside it. Both folders have one tokenizer, in which every token of
 * the vocabulary has a text, so that whatever the engine answers can be told.
 *
 * @param target folder of the engine's model, as vLLM and SGLang read it
 * @param gguf the same model as llama.cpp reads it
 * @param draft folder of the draft
 */
public record EngineModels(Path target, Path gguf, Path draft) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String TOKENIZER = "tokenizer.json";

    /** What is written: the shapes, and how the GGUF file stores matrices. */
    public record Shapes(ModelSize target, ModelSize draft, GgufType stored) {}

    /**
     * Returns the files below a folder, written at the first call.
     *
     * @param tokenizer folder with the tokenizer that both get, with no more tokens than the target's shape has
     */
    public static EngineModels in(Path folder, Shapes shapes, Path tokenizer) throws IOException {
        ModelSize small = shapes.draft().sharingVocabularyOf(shapes.target());
        Path target = RandomCheckpoint.of(shapes.target(), folder);
        Path draft = RandomCheckpoint.of(small, folder);
        for (Path model : new Path[] {target, draft}) {
            writeTokenizer(tokenizer, model, shapes.target().shape().vocabSize());
        }
        Path gguf = folder.resolve(
                target.getFileName() + "-" + shapes.stored().name().toLowerCase(Locale.ROOT) + ".gguf");
        if (!Files.exists(gguf)) {
            GgufWriter.writeWithTokenizer(target, shapes.stored(), gguf);
        }
        return new EngineModels(target, gguf, draft);
    }

    /** No merges lead to the added spellings, so texts have the tokens that they always had. */
    private static void writeTokenizer(Path from, Path to, int vocabSize) throws IOException {
        JsonNode tokenizer = MAPPER.readTree(from.resolve(TOKENIZER).toFile());
        if (!(tokenizer.path("model").path("vocab") instanceof ObjectNode vocab)) {
            throw new IllegalArgumentException(from.resolve(TOKENIZER) + " has no vocabulary of a BPE");
        }
        int known = vocab.size() + tokenizer.path("added_tokens").size();
        if (known > vocabSize) {
            throw new IllegalArgumentException(
                    from + " has " + known + " tokens, the shape has " + vocabSize + ": choose another tokenizer");
        }
        for (int id = known; id < vocabSize; id++) {
            vocab.put("[" + id + "]", id);
        }
        MAPPER.writeValue(to.resolve(TOKENIZER).toFile(), tokenizer);
        Path config = from.resolve("tokenizer_config.json");
        if (Files.exists(config)) {
            Files.copy(config, to.resolve(config.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
