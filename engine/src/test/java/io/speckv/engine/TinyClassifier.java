package io.speckv.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.checkpoint.EncoderLayout;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightType;
import io.speckv.engine.checkpoint.config.EncoderArchitecture;
import io.speckv.engine.checkpoint.config.EncoderShape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes folders of token classifiers with random weights and a tokenizer of single letters: what they keep has no
 * meaning, but differs from word to word.
 */
public record TinyClassifier(EncoderArchitecture architecture, WeightType type, long seed) {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Of the letters; those of XLM-RoBERTa's tokenizer come after {@code <s>, <pad>, </s>, <unk>}. */
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:;!?'\"-()";

    public static final TinyClassifier BERT = new TinyClassifier(EncoderArchitecture.BERT, WeightType.F32, 1);
    public static final TinyClassifier XLM_ROBERTA =
            new TinyClassifier(EncoderArchitecture.XLM_ROBERTA, WeightType.F32, 2);

    public int paddingToken() {
        return architecture == EncoderArchitecture.BERT ? 0 : 1;
    }

    public EncoderShape shape() {
        int first = architecture.firstPosition(paddingToken());
        int types = architecture == EncoderArchitecture.BERT ? 2 : 1;
        return new EncoderShape(architecture, 200, 24, 40, 2, 3, 64 + first, first, types, 1e-5);
    }

    /** Writes config, weights and tokenizer, and returns the folder. */
    public Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), config().toPrettyString());
            writeWeights(folder, Map.of());
            Files.writeString(
                    folder.resolve("tokenizer.json"),
                    (architecture == EncoderArchitecture.BERT ? wordPiece() : unigram()).toString());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public ObjectNode config() {
        EncoderShape shape = shape();
        ObjectNode config = JSON.createObjectNode();
        config.putArray("architectures").add(architecture.className());
        return config.put("model_type", architecture.modelType())
                .put("vocab_size", shape.vocabSize())
                .put("hidden_size", shape.hiddenSize())
                .put("intermediate_size", shape.intermediateSize())
                .put("num_hidden_layers", shape.layers())
                .put("num_attention_heads", shape.heads())
                .put("max_position_embeddings", shape.positions())
                .put("type_vocab_size", shape.types())
                .put("layer_norm_eps", shape.layerNormEps())
                .put("pad_token_id", paddingToken())
                .put("hidden_act", "gelu")
                .put("position_embedding_type", "absolute");
    }

    /** Writes the weights but for those of {@code other} shapes; null leaves a tensor out. */
    public void writeWeights(Path folder, Map<String, long[]> other) throws IOException {
        Random random = new Random(seed);
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        EncoderLayout.of(shape()).forEach((name, usual) -> {
            long[] shape = other.getOrDefault(name, usual);
            // Norms scale by about one; everything else is wide enough that probabilities spread.
            float middle = name.endsWith("LayerNorm.weight") ? 1 : 0;
            if (shape.length > 0) {
                tensors.add(new SafetensorsWriter.Tensor(
                        name, type, shape, i -> middle + 0.4f * (float) random.nextGaussian()));
            }
        });
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
    }

    private static ObjectNode wordPiece() {
        ObjectNode tokenizer = tokenizer("[CLS]", 2, "[SEP]", 3, List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]"));
        tokenizer
                .putObject("normalizer")
                .put("type", "BertNormalizer")
                .put("clean_text", true)
                .put("handle_chinese_chars", true)
                .put("lowercase", false);
        tokenizer.putObject("pre_tokenizer").put("type", "BertPreTokenizer");
        ObjectNode model = tokenizer.putObject("model");
        model.put("type", "WordPiece")
                .put("unk_token", "[UNK]")
                .put("continuing_subword_prefix", "##")
                .put("max_input_chars_per_word", 100);
        ObjectNode vocab = model.putObject("vocab");
        for (String special : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]")) {
            vocab.put(special, vocab.size());
        }
        for (String letter : letters()) {
            vocab.put(letter, vocab.size());
            vocab.put("##" + letter, vocab.size());
        }
        return tokenizer;
    }

    private static ObjectNode unigram() {
        ObjectNode tokenizer = tokenizer("<s>", 0, "</s>", 2, List.of("<s>", "<pad>", "</s>", "<unk>"));
        ArrayNode steps =
                tokenizer.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
        steps.addObject().put("type", "WhitespaceSplit");
        steps.addObject().put("type", "Metaspace").put("replacement", "\u2581").put("add_prefix_space", true);
        ObjectNode model = tokenizer.putObject("model");
        model.put("type", "Unigram").put("unk_id", 3);
        ArrayNode vocab = model.putArray("vocab");
        for (String special : List.of("<s>", "<pad>", "</s>", "<unk>")) {
            vocab.addArray().add(special).add(0.0);
        }
        vocab.addArray().add("\u2581").add(-4.0);
        for (String letter : letters()) {
            vocab.addArray().add(letter).add(-3.0);
            if (Character.isLetterOrDigit(letter.charAt(0))) {
                vocab.addArray().add("\u2581" + letter).add(-3.0);
            }
        }
        return tokenizer;
    }

    private static List<String> letters() {
        return LETTERS.chars().mapToObj(Character::toString).toList();
    }

    /** A tokenizer without its model that puts {@code first} before a text and {@code last} after it. */
    private static ObjectNode tokenizer(String first, int firstId, String last, int lastId, List<String> special) {
        ObjectNode tokenizer = JSON.createObjectNode();
        tokenizer.put("version", "1.0");
        ArrayNode added = tokenizer.putArray("added_tokens");
        for (String token : special) {
            added.addObject()
                    .put("id", added.size() - 1)
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        ObjectNode around = tokenizer.putObject("post_processor").put("type", "TemplateProcessing");
        for (String form : List.of("single", "pair")) {
            ArrayNode parts = around.putArray(form);
            parts.addObject().putObject("SpecialToken").put("id", first).put("type_id", 0);
            parts.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
            parts.addObject().putObject("SpecialToken").put("id", last).put("type_id", 0);
            if (form.equals("pair")) {
                parts.addObject().putObject("Sequence").put("id", "B").put("type_id", 0);
            }
        }
        ObjectNode ids = around.putObject("special_tokens");
        Map.of(first, firstId, last, lastId).forEach((token, id) -> {
            ObjectNode entry = ids.putObject(token).put("id", token);
            entry.putArray("ids").add(id);
            entry.putArray("tokens").add(token);
        });
        return tokenizer;
    }
}
