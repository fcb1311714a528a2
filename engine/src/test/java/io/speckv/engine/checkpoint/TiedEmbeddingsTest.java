package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models whose LM head is the embedding, as writers list it once more or store it as well: the head is left alone. */
class TiedEmbeddingsTest {
    private static final String HEAD = "lm_head.weight";

    @TempDir
    Path temp;

    private ModelFolder folder = new ModelFolder(Path.of(""));

    @BeforeEach
    void copyAModel() {
        folder = ModelFolder.copyOf("qwen2-draft", temp);
    }

    @Test
    void aHeadThatIsStoredAsWellIsNotRead() throws IOException {
        folder.addZeros(HEAD, "F32", 264, 8);
        assertReadAsBefore();
    }

    @Test
    void aHeadThatIsListedAndStoredNowhereIsNotMissed() throws IOException {
        folder.shard();
        folder.editSettings(
                FolderWeights.INDEX,
                index -> ((ObjectNode) index.get("weight_map")).put(HEAD, "model-00001-of-00002.safetensors"));
        assertReadAsBefore();
    }

    private void assertReadAsBefore() {
        try (Checkpoint before = Checkpoint.open(ModelFolder.golden("qwen2-draft"));
                Checkpoint after = Checkpoint.open(temp)) {
            Map<String, float[]> found = after.weights();
            assertThat(after.shape().tiedEmbeddings()).isTrue();
            assertThat(found).doesNotContainKey(HEAD);
            before.weights()
                    .forEach((name, numbers) ->
                            assertThat(found.get(name)).as(name).isEqualTo(numbers));
        }
    }
}
