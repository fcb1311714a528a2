package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.checkpoint.config.ModelConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {
    private static final String NORM = "model.norm.weight";

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama-draft",
                "llama-scaled-rope-draft",
                "llama-scaled-rope-target",
                "llama-target",
                "qwen2-draft",
                "qwen2-target",
                "qwen3-draft",
                "qwen3-target"
            })
    void opensEveryGoldenModelAndMapsItsTensors(String model) {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFolder.golden(model))) {
            assertThat(checkpoint.endTokens()).containsExactly(257);
            WeightLayout.of(checkpoint.shape()).forEach((name, shape) -> {
                ByteBuffer bytes = checkpoint.bytes(checkpoint.tensor(name));
                assertThat(bytes.isDirect()).isTrue();
                assertThat(bytes.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
                assertThat(bytes.remaining()).isEqualTo(Arrays.stream(shape).reduce(Float.BYTES, Math::multiplyExact));
            });
        }
    }

    @Test
    void buffersOutliveTheCheckpoint() {
        ByteBuffer bytes;
        try (Checkpoint checkpoint = Checkpoint.open(ModelFolder.golden("llama-target"))) {
            bytes = checkpoint.bytes(checkpoint.tensor(NORM));
        }
        assertThat(bytes.asFloatBuffer().get(0)).isFinite().isNotZero();
    }

    @Test
    void readsShardsAsOneModel() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("qwen2-target", temp);
        folder.shard();
        try (Checkpoint sharded = Checkpoint.open(temp);
                Checkpoint whole = Checkpoint.open(ModelFolder.golden("qwen2-target"))) {
            for (String name : WeightLayout.of(whole.shape()).keySet()) {
                assertThat(sharded.bytes(sharded.tensor(name))).isEqualTo(whole.bytes(whole.tensor(name)));
            }
            assertThat(sharded.tensor(NORM).file())
                    .isNotEqualTo(sharded.tensor("lm_head.weight").file());
        }
    }

    @Test
    void refusesAnIndexThatNamesAMissingShard() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("qwen2-target", temp);
        folder.shard();
        Path shard = temp.resolve("model-00002-of-00002.safetensors");
        Files.delete(shard);
        assertRefused(shard, "no such file");
    }

    @Test
    void refusesAnIndexThatDisagreesWithTheShards() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("qwen2-target", temp);
        folder.shard();
        Path index = temp.resolve(FolderWeights.INDEX);
        Files.writeString(index, Files.readString(index).replace("model-00002", "model-00001"));
        assertRefused(temp.resolve("model-00001-of-00002.safetensors"), "none of this name");
    }

    @Test
    void refusesAnIndexThatLeavesATensorOut() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("qwen2-target", temp);
        folder.shard();
        Path index = temp.resolve(FolderWeights.INDEX);
        Files.writeString(index, Files.readString(index).replace("\"" + NORM + "\"", "\"other\""));
        assertThatThrownBy(() -> Checkpoint.open(temp)).isInstanceOf(CheckpointException.class);
    }

    @Test
    void refusesAnIndexThatPointsOutOfTheFolder() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("qwen2-target", temp);
        folder.shard();
        Path index = temp.resolve(FolderWeights.INDEX);
        Files.writeString(index, Files.readString(index).replace("model-00002", "../model-00002"));
        assertRefused(index, "a file in the same folder", "../model-00002");
    }

    @Test
    void refusesAFolderWithoutWeights() throws IOException {
        Files.delete(ModelFolder.copyOf("llama-target", temp).weights());
        assertRefused(temp, "model.safetensors or model.safetensors.index.json", "neither");
    }

    @Test
    void refusesAMissingFolder() {
        Path missing = temp.resolve("nowhere");
        assertThatThrownBy(() -> Checkpoint.open(missing))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(missing.resolve("config.json") + ": expected a JSON file, found no such file");
    }

    @Test
    void refusesAFileCutShort() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        byte[] whole = Files.readAllBytes(folder.weights());
        for (int bytes : new int[] {0, 7, 8, 100, whole.length / 2, whole.length - 1}) {
            Files.write(folder.weights(), Arrays.copyOf(whole, bytes));
            assertThatThrownBy(() -> Checkpoint.open(temp))
                    .as("%d bytes", bytes)
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining(folder.weights().toString());
        }
    }

    @Test
    void refusesBytesAfterTheLastTensor() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        byte[] whole = Files.readAllBytes(folder.weights());
        Files.write(folder.weights(), Arrays.copyOf(whole, whole.length + 1));
        assertRefused(folder.weights(), "where the last tensor ends", (whole.length + 1) + " bytes");
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40, 100_000_001, 656_385})
    void refusesAHeaderLengthBeyondTheFileWithoutAllocatingIt(long length) throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.lieAboutHeaderLength(length);
        assertRefused(folder.weights(), "a header of at most", Long.toUnsignedString(length));
    }

    @Test
    void refusesAHeaderLengthThatCutsTheJson() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.lieAboutHeaderLength(100);
        assertRefused(folder.weights(), "well-formed JSON");
    }

    @Test
    void refusesATensorNamedTwice() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeaderText(header -> header.replace("model.layers.1.input_layernorm.weight", NORM));
        assertRefused(folder.weights(), "without duplicate keys", NORM);
    }

    @Test
    void refusesATensorBeyondTheFile() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> offsets(header, NORM, 0, 1L << 50));
        assertRefused(folder.weights(), "tensor " + NORM, "within the", "1125899906842624");
    }

    @Test
    void refusesOffsetsInTheWrongOrder() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> offsets(header, NORM, 256, 0));
        assertRefused(folder.weights(), "tensor " + NORM, "[256, 0]");
    }

    @Test
    void refusesNegativeOffsets() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> offsets(header, NORM, -256, 0));
        assertRefused(folder.weights(), NORM + ".data_offsets", "-256");
    }

    @Test
    void refusesOverlappingTensors() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> offsets(header, NORM, 0, 256));
        assertRefused(folder.weights(), "where the tensor before it ends");
    }

    @Test
    void refusesATensorWhoseBytesDoNotFitItsShape() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(
                header -> header.withObject("/" + NORM).putArray("shape").add(63));
        assertRefused(folder.weights(), "tensor " + NORM, "252 bytes for F32 [63]", "256 bytes");
    }

    @Test
    void refusesAShapeWhoseSizeOverflows() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header ->
                header.withObject("/" + NORM).putArray("shape").add(1L << 40).add(1L << 40));
        assertRefused(folder.weights(), "tensor " + NORM, "less than 2^63 bytes");
    }

    @Test
    void refusesATypeItCannotRead() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> header.withObject("/" + NORM).put("dtype", "I32"));
        assertRefused(folder.weights(), "tensor " + NORM, "dtype F32, F16 or BF16", "I32");
    }

    @Test
    void refusesATypeThatTheFormatDoesNotKnow() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> header.withObject("/" + NORM).put("dtype", "F8_E3M4"));
        assertRefused(folder.weights(), "tensor " + NORM, "dtype one of [F32, F16, BF16,", "F8_E3M4");
    }

    @Test
    void refusesAHeaderEntryThatIsNoTensor() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> header.put("oops", 1));
        assertRefused(folder.weights(), "key oops", "an object");
    }

    @Test
    void refusesAMissingTensor() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(header -> header.set("other", header.remove(NORM)));
        assertThatThrownBy(() -> Checkpoint.open(temp)).isInstanceOfSatisfying(CheckpointException.class, e -> {
            assertThat(e.file()).isEqualTo(folder.weights());
            assertThat(e.item()).contains(NORM);
            assertThat(e.expected()).isEqualTo("the tensor in shape [64]");
            assertThat(e.found()).isEqualTo("none of this name");
            assertThat(e.code()).isEqualTo("checkpoint");
        });
    }

    @Test
    void refusesATensorOfTheWrongShape() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editHeader(
                header -> header.withObject("/" + NORM).putArray("shape").add(8).add(8));
        assertRefused(folder.weights(), "tensor " + NORM, "shape [64]", "[8, 8]");
    }

    @Test
    void refusesTheWeightsOfAnotherArchitecture() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        folder.editConfig(config -> config.put("model_type", "qwen3"));
        assertRefused(folder.weights(), "tensor model.layers.0.self_attn.q_norm.weight", "none of this name");
    }

    @Test
    void refusesAnUnknownTensorName() {
        try (Checkpoint checkpoint = Checkpoint.open(ModelFolder.golden("llama-target"))) {
            assertThat(checkpoint.has(NORM)).isTrue();
            assertThat(checkpoint.has("nope")).isFalse();
            assertThatThrownBy(() -> checkpoint.tensor("nope"))
                    .isInstanceOf(CheckpointException.class)
                    .hasMessageContaining("tensor nope");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-scaled-rope-target", "qwen2-draft", "qwen3-target"})
    void opensWhatTheWriterWrites(String model) throws IOException {
        try (Checkpoint original = Checkpoint.open(ModelFolder.golden(model))) {
            List<SafetensorsWriter.Tensor> tensors = WeightLayout.of(original.shape()).keySet().stream()
                    .map(name -> ModelFolder.tensorOf(original, name))
                    .toList();
            SafetensorsWriter.write(temp.resolve(FolderWeights.WEIGHTS), tensors);
            new ModelConfig(original.shape(), Set.of(3, 1)).write(temp);
            try (Checkpoint copy = Checkpoint.open(temp)) {
                assertThat(copy.shape()).isEqualTo(original.shape());
                assertThat(copy.endTokens()).containsExactlyInAnyOrder(1, 3);
                for (SafetensorsWriter.Tensor tensor : tensors) {
                    assertThat(copy.bytes(copy.tensor(tensor.name())))
                            .isEqualTo(original.bytes(original.tensor(tensor.name())));
                }
            }
        }
        try (var files = Files.list(temp)) {
            assertThat(files).hasSize(3);
        }
    }

    private void assertRefused(Path file, String... parts) {
        assertThatThrownBy(() -> Checkpoint.open(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(file + ": ")
                .hasMessageContainingAll(parts);
    }

    private static void offsets(ObjectNode header, String tensor, long begin, long end) {
        header.withObject("/" + tensor).putArray("data_offsets").add(begin).add(end);
    }
}
