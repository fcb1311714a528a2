package io.speckv.engine.checkpoint.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.checkpoint.Checkpoint;
import io.speckv.engine.checkpoint.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole of {@link LanguagePart}: configs of models of pictures, and the names of their tensors. */
class LanguagePartTest {
    @TempDir
    Path temp;

    private ModelFolder folder;

    @BeforeEach
    void copy() {
        folder = ModelFolder.copyOf("llama-scaled-rope-target", temp);
    }

    /** As google/gemma-3-4b-it says it, whose config leaves out what transformers takes for granted. */
    @Test
    void theLanguagePartOfAModelOfPicturesIsReadWithWhatItLeavesUnsaid() throws IOException {
        Files.writeString(folder.config(), """
                {"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3", "eos_token_id": [1, 106],
                 "text_config": {"hidden_size": 2560, "intermediate_size": 10240, "model_type": "gemma3_text",
                  "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}, "sliding_window": 1024},
                 "vision_config": {"model_type": "siglip_vision_model"}}""");
        Files.delete(temp.resolve(ModelConfig.GENERATION_CONFIG));
        ModelConfig gemma = ModelConfig.read(temp);
        assertThat(gemma.shape().architecture()).isEqualTo(Architecture.GEMMA3);
        assertThat(gemma.shape().vocabSize()).isEqualTo(262_208);
        assertThat(gemma.shape().heads()).isEqualTo(8);
        assertThat(gemma.shape().kvHeads()).isEqualTo(4);
        assertThat(gemma.shape().headDim()).isEqualTo(256);
        assertThat(gemma.shape().layer(5).rope()).isEqualTo(new Rope(1_000_000, 1, new RopeScaling.Linear(8)));
        assertThat(gemma.shape().layer(0).window()).isEqualTo(1024);
        assertThat(gemma.endTokens()).contains(1, 106);
    }

    /** llava-hf's first folders name no kind of language part. */
    @Test
    void theLanguagePartOfALlavaIsALlamaUnlessItSaysOtherwise() throws IOException {
        folder.editConfig(config -> {
            ObjectNode text = config.deepCopy();
            text.remove("model_type");
            config.removeAll();
            config.put("model_type", "llava").set("text_config", text);
        });
        assertThat(ModelConfig.read(temp).shape())
                .isEqualTo(ModelConfig.read(ModelFolder.golden("llama-scaled-rope-target"))
                        .shape());
    }

    @Test
    void languagePartsOfOtherModelsAreRefusedByName() throws IOException {
        folder.editConfig(config -> config.put("model_type", "qwen2_5_vl").putObject("text_config"));
        assertThatThrownBy(() -> ModelConfig.read(temp))
                .hasMessageContainingAll(
                        "key model_type", "one of gemma3, mistral3, llava, llava_next, llava_onevision", "qwen2_5_vl");
    }

    /** Where the whole config says nothing of it. */
    @Test
    void theLanguagePartMaySayItselfHowItIsQuantised() throws IOException {
        Path golden = GoldenFamily.quantized().stream()
                .map(GoldenFamily::folder)
                .filter(each -> each.endsWith("fp8-block"))
                .findFirst()
                .orElseThrow();
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.editConfig(config -> {
            ObjectNode text = config.deepCopy();
            config.removeAll();
            config.put("model_type", "llava").set("text_config", text);
        });
        try (Checkpoint before = Checkpoint.open(golden);
                Checkpoint after = Checkpoint.open(temp)) {
            assertThat(after.weights().get("model.layers.1.mlp.up_proj.weight"))
                    .isEqualTo(before.weights().get("model.layers.1.mlp.up_proj.weight"));
        }
    }

    /** The prefix of transformers 4, and what later versions write. */
    @Test
    void theLanguagePartHasItsNamesWithAnyPrefix() throws IOException {
        Path golden = GoldenFamily.named("mistral3-with-pictures").folder();
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.editHeaderText(header -> header.replace("language_model.model.", "model.language_model.")
                .replace("language_model.lm_head.", "lm_head."));
        try (Checkpoint before = Checkpoint.open(golden);
                Checkpoint after = Checkpoint.open(temp)) {
            assertThat(after.weights().get("model.layers.1.mlp.up_proj.weight"))
                    .isEqualTo(before.weights().get("model.layers.1.mlp.up_proj.weight"));
            assertThat(after.has("lm_head.weight")).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "language_model.model.layers.0.mlp.up_proj.weight, model.layers.0.mlp.up_proj.weight",
        "model.language_model.layers.0.mlp.up_proj.weight, model.layers.0.mlp.up_proj.weight",
        "language_model.lm_head.weight, lm_head.weight",
        "lm_head.weight, lm_head.weight",
        "model.layers.0.mlp.up_proj.weight, model.layers.0.mlp.up_proj.weight",
        "vision_tower.language_model.weight, vision_tower.language_model.weight"
    })
    void aTensorOfTheLanguagePartHasTheNameOfAModelOfTextOnly(String stored, String name) {
        assertThat(LanguagePart.tensorName(stored)).isEqualTo(name);
    }
}
