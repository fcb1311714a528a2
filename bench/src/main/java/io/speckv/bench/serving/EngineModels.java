package io.speckv.bench.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.bench.ModelSize;
import io.speckv.bench.RandomCheckpoint;
import io.speckv.bench.gguf.GgufType;
import io.speckv.bench.gguf.GgufWriter;
import io.speckv.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.BitSet;
import java.util.Locale;

/**
 * Random weights in real shapes for another engine and a draft. Both folders have one tokenizer in which every token has a
 * text, so that any answer of the engine has a text.
 *
 * @param target folder of the engine's model, as vLLM and SGLang read it
 * @param gguf the same model as llama.cpp reads it
 * @param draft folder of the draft
 */
public record EngineModels(Path target, Path gguf, Path draft) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final String TOKENIZER = "tokenizer.json";
    private static final int FINGERPRINT_SHOWN = 12;

    /** The shapes, and the type of matrices in the GGUF file. */
    public record Shapes(ModelSize target, ModelSize draft, GgufType stored) {}

    /**
     * Returns the files below a folder; the first call writes them.
     *
     * @param tokenizer folder with the tokenizer for both, with no more tokens than the target's shape has
     */
    public static EngineModels in(Path folder, Shapes shapes, Path tokenizer) throws IOException {
        ModelSize small = shapes.draft().sharingVocabularyOf(shapes.target());
        // Each tokenizer has a folder of its own, since an engine may still serve the files of an earlier run.
        Path own = folder.resolve("tokenizer-" + fingerprint(tokenizer));
        Path target = RandomCheckpoint.of(shapes.target(), own);
        Path draft = RandomCheckpoint.of(small, own);
        for (Path model : new Path[] {target, draft}) {
            if (!Files.exists(model.resolve(TOKENIZER))) {
                writeTokenizer(tokenizer, model, shapes.target().shape().vocabSize());
            }
        }
        Path gguf =
                own.resolve(target.getFileName() + "-" + shapes.stored().name().toLowerCase(Locale.ROOT) + ".gguf");
        if (!Files.exists(gguf)) {
            GgufWriter.writeWithTokenizer(target, shapes.stored(), gguf);
        }
        return new EngineModels(target, gguf, draft);
    }

    private static String fingerprint(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            return tokenizer.fingerprint().substring(0, FINGERPRINT_SHOWN);
        }
    }

    /**
     * Writes the tokenizer with spellings added up to the vocabulary's size. No merge makes them, so texts keep their tokens.
     */
    private static void writeTokenizer(Path from, Path to, int vocabSize) throws IOException {
        JsonNode tokenizer = MAPPER.readTree(from.resolve(TOKENIZER).toFile());
        if (!(tokenizer.path("model").path("vocab") instanceof ObjectNode vocab)) {
            throw new IllegalArgumentException(from.resolve(TOKENIZER) + " has no vocabulary of a BPE");
        }
        BitSet known = new BitSet(vocabSize);
        vocab.forEach(id -> known.set(id.intValue()));
        // Libraries number added tokens behind the vocabulary's, whatever the file says, unless the vocabulary has
        // them.
        tokenizer.path("added_tokens").forEach(token -> {
            known.set(token.path("id").intValue());
            vocab.putIfAbsent(token.path("content").asText(), token.path("id"));
        });
        if (known.length() > vocabSize) {
            throw new IllegalArgumentException(from + " has the token " + (known.length() - 1) + ", the shape has "
                    + vocabSize + " tokens: choose another tokenizer");
        }
        for (int id = known.nextClearBit(0); id < vocabSize; id = known.nextClearBit(id + 1)) {
            vocab.put("[" + id + "]", id);
        }
        Path config = from.resolve("tokenizer_config.json");
        if (Files.exists(config)) {
            Files.copy(config, to.resolve(config.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
        // The file that tells a later run that all is there gets its name when it is complete.
        Path partial = to.resolve(TOKENIZER + ".partial");
        MAPPER.writeValue(partial.toFile(), tokenizer);
        Files.move(partial, to.resolve(TOKENIZER), StandardCopyOption.ATOMIC_MOVE);
    }
}
