package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.checkpoint.WeightLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSizeTest {
    @Test
    void aDraftOfAnotherFamilyTakesItsTargetsVocabulary() {
        ModelSize target = ModelSize.parse("llama-3.2-1b");
        ModelSize draft = ModelSize.parse("qwen2.5-60m").sharingVocabularyOf(target);

        assertThat(draft.shape().vocabSize()).isEqualTo(128_256);
        assertThat(draft.label()).isEqualTo("qwen2.5-60m-128256");
        assertThat(draft.layerParameters())
                .isEqualTo(ModelSize.parse("qwen2.5-60m").layerParameters());
    }

    @Test
    void aDraftOfTheSameFamilyStaysWhatItIs() {
        ModelSize draft = ModelSize.parse("qwen2.5-60m");

        assertThat(draft.sharingVocabularyOf(ModelSize.parse("qwen2.5-0.5b"))).isSameAs(draft);
    }

    @ParameterizedTest
    @CsvSource({
        "smollm2-135m, 134515008",
        "qwen3-0.6b, 596049920",
        "gemma-3-270m, 268098176",
        "gemma-3-1b, 999885952",
        "phi-4-mini, 3836021760",
        "smollm3-3b, 3075098624",
        "llama-3.2-1b, 1235814400"
    })
    void shapesHaveTheParametersThatTheirModelCardsCount(String label, long parameters) {
        assertThat(WeightLayout.parameters(ModelSize.parse(label).shape())).isEqualTo(parameters);
    }

    /** 3.3 of 30.5 billion, of which 0.3 are in the embedding; its head is not tied, as here. */
    @Test
    void aTokenGoesThroughEightOf128Experts() {
        ModelSize size = ModelSize.parse("qwen3-30b-a3b");

        assertThat(WeightLayout.parameters(size.shape())).isEqualTo(30_532_122_624L - size.headParameters());
        assertThat(size.layerParameters() + 2 * size.headParameters()).isBetween(3_300_000_000L, 3_400_000_000L);
    }

    @Test
    void theFirstLayersOfAShapeAreAShape() {
        ModelSize four = ModelSize.parse("gemma-3-270m-7l");

        assertThat(four.label()).isEqualTo("gemma-3-270m-7l");
        assertThat(four.shape().layerShapes())
                .isEqualTo(ModelSize.parse("gemma-3-270m").shape().layerShapes().subList(0, 7));
        assertThatThrownBy(() -> ModelSize.parse("gemma-3-270m-19l")).hasMessageContaining("'gemma-3-270m-19l'");
    }

    /** 5 layers see 512 tokens and one sees all: what is in the window at the end of a long prompt. */
    @Test
    void windowsSaveWhatTheyHide() {
        ModelSize size = ModelSize.parse("gemma-3-270m-6l");
        double more = size.decodeBytes(10_512, 2, 2) - size.decodeBytes(10_511, 2, 2);

        assertThat(more).isEqualTo(2.0 * 2 * 256);
        assertThat(size.prefillFlops(8192) - 2.0 * size.layerParameters() * 8192 - 2.0 * size.headParameters())
                .isEqualTo(4.0 * 4 * 256 * (5 * (512.0 * 8192 - 512.0 * 512 / 2) + 8192.0 * 8192 / 2));
    }

    @Test
    void anUnknownShapeNamesTheKnownOnes() {
        assertThatThrownBy(() -> ModelSize.parse("gpt-2"))
                .hasMessageContaining("'gpt-2'")
                .hasMessageContaining("llama-3.2-1b");
    }
}
