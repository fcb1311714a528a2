package io.speckv.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

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

    @Test
    void anUnknownShapeNamesTheKnownOnes() {
        assertThatThrownBy(() -> ModelSize.parse("gpt-2"))
                .hasMessageContaining("'gpt-2'")
                .hasMessageContaining("llama-3.2-1b");
    }
}
