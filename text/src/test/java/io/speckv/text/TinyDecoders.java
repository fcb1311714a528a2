package io.speckv.text;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tokenizers of a few words for each decoder that ids become text through. */
final class TinyDecoders {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final List<String> WORDS = List.of(
            "<unk>",
            "<s>",
            "\u2581",
            "\u2581a",
            "b",
            "\u2581\u2581",
            "##c",
            "##",
            "d</w>",
            "e",
            ".",
            "n't",
            "\ufffd",
            " ",
            "é",
            "🙂",
            "\u2581.",
            ",");

    private TinyDecoders() {}

    static void write(Path folder, String decoder) throws IOException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (int id = 0; id < 2; id++) {
            AddedToken.control(WORDS.get(id), id).write(added.addObject());
        }
        root.putNull("normalizer").putNull("pre_tokenizer").putNull("post_processor");
        root.set(
                "decoder",
                MAPPER.readTree(
                        switch (decoder) {
                            case "ByteFallback" ->
                                "{\"type\": \"Sequence\", \"decoders\": [{\"type\": \"Replace\", \"pattern\":"
                                        + " {\"String\": \"\u2581\"}, \"content\": \" \"}, {\"type\": \"ByteFallback\"},"
                                        + " {\"type\": \"Fuse\"}, {\"type\": \"Strip\", \"content\": \" \", \"start\": 1,"
                                        + " \"stop\": 0}]}";
                            case "Metaspace" ->
                                "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\":"
                                        + " \"always\", \"split\": true}";
                            case "WordPiece" -> "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}";
                            case "BPEDecoder" -> "{\"type\": \"BPEDecoder\", \"suffix\": \"</w>\"}";
                            default -> "null";
                        }));
        ObjectNode model = root.putObject("model");
        model.put("type", "BPE").put("unk_token", "<unk>").put("byte_fallback", true);
        ObjectNode vocab = model.putObject("vocab");
        for (String word : WORDS) {
            vocab.put(word, vocab.size());
        }
        for (int i = 0; i < 256; i++) {
            vocab.put(String.format("<0x%02X>", i), vocab.size());
        }
        model.putArray("merges");
        Files.writeString(folder.resolve(Tokenizer.FILE), root.toString());
    }
}
