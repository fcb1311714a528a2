package io.speckv.training.bpe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a vocabulary as the {@code tokenizer.json} and {@code tokenizer_config.json} of a checkpoint folder. */
public final class TokenizerFiles {
    /** Turns in ChatML, without additions: no system turn and no trimming. */
    static final String CHAT_TEMPLATE = "{% for message in messages %}"
            + "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}"
            + "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    private static final ObjectMapper JSON = new ObjectMapper();

    private TokenizerFiles() {}

    /**
     * Writes both files into {@code folder}, which is created if missing; existing ones are replaced.
     *
     * @param positionsMax longest text in tokens that the model takes
     */
    public static void write(Path folder, BpeVocabulary vocabulary, int positionsMax) throws IOException {
        Files.createDirectories(folder);
        write(folder.resolve("tokenizer.json"), tokenizer(vocabulary));
        write(folder.resolve("tokenizer_config.json"), config(vocabulary, positionsMax));
    }

    private static void write(Path file, ObjectNode content) throws IOException {
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }

    private static ObjectNode tokenizer(BpeVocabulary vocabulary) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation");
        root.putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String token : vocabulary.specialTokens()) {
            added.add(special(token).put("id", vocabulary.specialId(token)));
        }
        root.putNull("normalizer");
        ObjectNode preTokenizer = root.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = preTokenizer.putArray("pretokenizers");
        ObjectNode split = steps.addObject().put("type", "Split");
        split.putObject("pattern").put("Regex", PreTokenizer.PATTERN);
        split.put("behavior", "Isolated").put("invert", false);
        steps.add(byteLevel());
        root.set("post_processor", byteLevel());
        root.set("decoder", byteLevel());
        root.set("model", model(vocabulary));
        return root;
    }

    private static ObjectNode byteLevel() {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }

    private static ObjectNode model(BpeVocabulary vocabulary) {
        ObjectNode model = JSON.createObjectNode().put("type", "BPE");
        model.putNull("dropout");
        model.putNull("unk_token");
        model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
        model.put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode ids = model.putObject("vocab");
        for (int id = 0; id < vocabulary.firstSpecialId(); id++) {
            ids.put(ByteAlphabet.write(vocabulary.bytesOf(id)), id);
        }
        ArrayNode merges = model.putArray("merges");
        for (Merge merge : vocabulary.merges()) {
            merges.add(ByteAlphabet.write(vocabulary.bytesOf(merge.left())) + " "
                    + ByteAlphabet.write(vocabulary.bytesOf(merge.right())));
        }
        return model;
    }

    private static ObjectNode config(BpeVocabulary vocabulary, int positionsMax) {
        ObjectNode root = JSON.createObjectNode();
        root.put("tokenizer_class", "Qwen2Tokenizer");
        root.put("add_bos_token", false).put("add_prefix_space", false).put("clean_up_tokenization_spaces", false);
        root.putNull("bos_token");
        root.put("eos_token", BpeSettings.END_OF_TEXT).put("pad_token", BpeSettings.END_OF_TEXT);
        root.putNull("unk_token");
        root.put("model_max_length", positionsMax);
        ObjectNode added = root.putObject("added_tokens_decoder");
        for (String token : vocabulary.specialTokens()) {
            added.set(Integer.toString(vocabulary.specialId(token)), special(token));
        }
        root.put("chat_template", CHAT_TEMPLATE);
        return root;
    }

    private static ObjectNode special(String token) {
        return JSON.createObjectNode()
                .put("content", token)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }
}
