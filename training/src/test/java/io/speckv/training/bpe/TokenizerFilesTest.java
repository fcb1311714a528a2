package io.speckv.training.bpe;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerFilesTest {
    private static final BpeVocabulary VOCABULARY =
            BpeTrainer.train(SampleTexts.sentences(500, 1), BpeSettings.chat(512));

    @Test
    void huggingFaceReadsTheFileAndGivesTheSameIds(@TempDir Path folder) throws IOException {
        TokenizerFiles.write(folder, VOCABULARY, 8192);
        Random random = new Random(11);
        try (HuggingFaceTokenizer tokenizer = open(folder)) {
            for (int i = 0; i < 300; i++) {
                String text = i % 2 == 0
                        ? SampleTexts.noise(1 + random.nextInt(60), random)
                        : SampleTexts.sentences(2, i).toString();
                assertThat(ids(tokenizer, text)).as(text).containsExactly(VOCABULARY.encode(text));
                assertThat(tokenizer.decode(tokenizer.encode(text, false, false).getIds(), false))
                        .isEqualTo(text);
                assertThat(VOCABULARY.decode(VOCABULARY.encode(text))).isEqualTo(text);
            }
        }
    }

    @Test
    void huggingFaceTakesSpecialTokensAsOneId(@TempDir Path folder) throws IOException {
        TokenizerFiles.write(folder, VOCABULARY, 8192);
        try (HuggingFaceTokenizer tokenizer = open(folder)) {
            assertThat(ids(tokenizer, "<|im_start|>a<|im_end|>"))
                    .containsExactly(
                            VOCABULARY.specialId(BpeSettings.TURN_START),
                            'a',
                            VOCABULARY.specialId(BpeSettings.TURN_END));
        }
    }

    @Test
    void writesTheSameBytesTwice(@TempDir Path folder) throws IOException {
        TokenizerFiles.write(folder.resolve("a"), VOCABULARY, 8192);
        BpeVocabulary again = BpeTrainer.train(SampleTexts.sentences(500, 1), BpeSettings.chat(512));
        TokenizerFiles.write(folder.resolve("b"), again, 8192);
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            assertThat(folder.resolve("a").resolve(file))
                    .hasSameBinaryContentAs(folder.resolve("b").resolve(file));
        }
    }

    @Test
    void namesTheEndTokenAndTheTemplateInTheConfig(@TempDir Path folder) throws IOException {
        TokenizerFiles.write(folder, VOCABULARY, 8192);
        JsonNode config = new ObjectMapper().readTree(Files.readString(folder.resolve("tokenizer_config.json")));
        assertThat(config.get("eos_token").asText()).isEqualTo("<|endoftext|>");
        assertThat(config.get("model_max_length").asInt()).isEqualTo(8192);
        assertThat(config.get("chat_template").asText()).contains("add_generation_prompt");
    }

    private static HuggingFaceTokenizer open(Path folder) throws IOException {
        return HuggingFaceTokenizer.builder()
                .optTokenizerPath(folder.resolve("tokenizer.json"))
                .optAddSpecialTokens(false)
                .optTruncation(false)
                .optPadding(false)
                .build();
    }

    private static int[] ids(HuggingFaceTokenizer tokenizer, String text) {
        long[] wide = tokenizer.encode(text, false, false).getIds();
        int[] ids = new int[wide.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = Math.toIntExact(wide[i]);
        }
        return ids;
    }
}
