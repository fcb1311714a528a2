package io.speckv.evals.training;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trains a byte-level BPE vocabulary that encodes any text, and writes it as Hugging Face files.
 *
 * <p>Ids: the special tokens, the 256 bytes, then merges in the order learned. Digits are tokens of their own, with or
 * without a space before them. Equal texts give equal files.
 */
final class BytePairTrainer {
    static final String END = "<|endoftext|>";
    static final List<String> SPECIAL = List.of(END, "<|im_start|>", "<|im_end|>");

    /** How a text is cut before merging; written to the tokenizer as it is here. */
    static final String SPLIT = " ?\\p{N}| ?\\p{L}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private final Map<String, Integer> vocabulary = new LinkedHashMap<>();
    private final List<String[]> merges = new ArrayList<>();

    private BytePairTrainer() {}

    /** Learns a vocabulary of {@code size} tokens from a text; fewer if the text has no more pairs that occur twice. */
    static BytePairTrainer train(String text, int size) {
        BytePairTrainer trainer = new BytePairTrainer();
        SPECIAL.forEach(trainer::add);
        for (int value = 0; value < 256; value++) {
            trainer.add(Character.toString(printable(value)));
        }
        for (int digit = 0; digit < 10; digit++) {
            trainer.merge(Character.toString(printable(' ')), Integer.toString(digit));
        }
        trainer.learn(words(text), size);
        return trainer;
    }

    int size() {
        return vocabulary.size();
    }

    private void add(String token) {
        vocabulary.put(token, vocabulary.size());
    }

    private void merge(String left, String right) {
        merges.add(new String[] {left, right});
        add(left + right);
    }

    private void learn(Map<List<String>, Integer> words, int size) {
        Map<List<String>, Integer> current = words;
        while (vocabulary.size() < size) {
            Map<List<String>, Integer> pairs = pairs(current);
            var best = pairs.entrySet().stream()
                    .filter(pair -> pair.getValue() > 1)
                    .max(Map.Entry.<List<String>, Integer>comparingByValue()
                            .thenComparing(pair -> String.join(" ", pair.getKey()), Comparator.reverseOrder()));
            if (best.isEmpty()) {
                return;
            }
            String left = best.get().getKey().get(0);
            String right = best.get().getKey().get(1);
            merge(left, right);
            Map<List<String>, Integer> merged = new LinkedHashMap<>();
            current.forEach((word, count) -> merged.merge(merged(word, left, right), count, Integer::sum));
            current = merged;
        }
    }

    private static Map<List<String>, Integer> pairs(Map<List<String>, Integer> words) {
        Map<List<String>, Integer> pairs = new HashMap<>();
        words.forEach((word, count) -> {
            for (int i = 1; i < word.size(); i++) {
                pairs.merge(List.of(word.get(i - 1), word.get(i)), count, Integer::sum);
            }
        });
        return pairs;
    }

    private static List<String> merged(List<String> word, String left, String right) {
        List<String> merged = new ArrayList<>(word.size());
        for (int i = 0; i < word.size(); i++) {
            if (i + 1 < word.size()
                    && word.get(i).equals(left)
                    && word.get(i + 1).equals(right)) {
                merged.add(left + right);
                i++;
            } else {
                merged.add(word.get(i));
            }
        }
        return merged;
    }

    private static Map<List<String>, Integer> words(String text) {
        Map<String, Integer> counts = new TreeMap<>();
        Matcher matcher = Pattern.compile(SPLIT).matcher(text);
        while (matcher.find()) {
            counts.merge(matcher.group(), 1, Integer::sum);
        }
        Map<List<String>, Integer> words = new LinkedHashMap<>();
        counts.forEach((word, count) -> {
            List<String> bytes = new ArrayList<>();
            for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
                bytes.add(Character.toString(printable(Byte.toUnsignedInt(value))));
            }
            boolean digit = word.codePoints().anyMatch(c -> Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER);
            if (!digit) {
                words.put(bytes, count);
            }
        });
        return words;
    }

    /** The character that byte-level tokenizers write a byte as: itself if it is printable, else one from 256 on. */
    private static char printable(int value) {
        if (isPrintable(value)) {
            return (char) value;
        }
        int place = 256;
        for (int other = 0; other < value; other++) {
            place += isPrintable(other) ? 0 : 1;
        }
        return (char) place;
    }

    private static boolean isPrintable(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xA1 && value <= 0xAC) || (value >= 0xAE && value <= 0xFF);
    }

    /** Writes {@code tokenizer.json} and {@code tokenizer_config.json}. */
    void write(Path folder, int maxPositions) throws IOException {
        JsonMapper mapper = JsonMapper.builder().build();
        ObjectNode file = mapper.createObjectNode();
        file.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = file.putArray("added_tokens");
        for (String token : SPECIAL) {
            added.addObject()
                    .put("id", vocabulary.get(token))
                    .put("content", token)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        file.putNull("normalizer");
        ObjectNode cut = file.putObject("pre_tokenizer").put("type", "Sequence");
        ArrayNode steps = cut.putArray("pretokenizers");
        steps.addObject()
                .put("type", "Split")
                .put("behavior", "Isolated")
                .put("invert", false)
                .putObject("pattern")
                .put("Regex", SPLIT);
        byteLevel(steps.addObject());
        byteLevel(file.putObject("post_processor"));
        byteLevel(file.putObject("decoder"));
        ObjectNode model = file.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token").put("continuing_subword_prefix", "");
        model.put("end_of_word_suffix", "").put("fuse_unk", false).put("byte_fallback", false);
        ObjectNode ids = model.putObject("vocab");
        vocabulary.forEach(ids::put);
        ArrayNode joins = model.putArray("merges");
        merges.forEach(pair -> joins.add(pair[0] + " " + pair[1]));
        Files.writeString(folder.resolve("tokenizer.json"), file.toPrettyString());
        ObjectNode config = mapper.createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("add_bos_token", false)
                .put("add_prefix_space", false)
                .put("clean_up_tokenization_spaces", false)
                .put("eos_token", END)
                .put("pad_token", END)
                .put("model_max_length", maxPositions)
                .put("chat_template", "{% for message in messages %}{{ message['content'] }}\n{% endfor %}");
        Files.writeString(folder.resolve("tokenizer_config.json"), config.toPrettyString());
    }

    private static void byteLevel(ObjectNode step) {
        step.put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", false)
                .put("use_regex", false);
    }
}
