package io.speckv.evals.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.checkpoint.ModelShape;
import io.speckv.engine.checkpoint.SafetensorsWriter;
import io.speckv.engine.checkpoint.WeightLayout;
import io.speckv.engine.checkpoint.WeightType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A checkpoint folder of a given shape with random bf16 weights: as fast as a real one, and as large. */
public final class RandomCheckpoint {
    private static final double SCALE = 0.02;

    private RandomCheckpoint() {}

    /** Returns the folder of a size below {@code parent}, written at the first call. */
    public static Path of(ModelSize size, Path parent) throws IOException {
        Path folder = parent.resolve("random-" + size.label());
        if (Files.exists(folder.resolve("model.safetensors"))) {
            return folder;
        }
        Files.createDirectories(folder);
        writeConfig(size.shape(), folder.resolve("config.json"));
        List<SafetensorsWriter.Tensor> tensors = new ArrayList<>();
        for (Map.Entry<String, long[]> entry : WeightLayout.of(size.shape()).entrySet()) {
            boolean norm = entry.getKey().endsWith("norm.weight");
            long seed = entry.getKey().hashCode();
            tensors.add(new SafetensorsWriter.Tensor(
                    entry.getKey(), WeightType.BF16, entry.getValue(), index -> norm ? 1f : noise(seed, index)));
        }
        SafetensorsWriter.write(folder.resolve("model.safetensors"), tensors);
        return folder;
    }

    /** Roughly normal numbers, the same for the same place. */
    private static float noise(long seed, long index) {
        long z = (seed * 0x9E3779B97F4A7C15L) + index * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        int sum =
                (int) (z & 0xFFFF) + (int) (z >>> 16 & 0xFFFF) + (int) (z >>> 32 & 0xFFFF) + (int) (z >>> 48 & 0xFFFF);
        return (float) ((sum / 65536.0 - 2) * Math.sqrt(3) * SCALE);
    }

    private static void writeConfig(ModelShape shape, Path file) throws IOException {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode config = json.createObjectNode();
        config.putArray("architectures").add(shape.architecture().className());
        config.put("model_type", shape.architecture().modelType());
        config.put("vocab_size", shape.vocabSize());
        config.put("hidden_size", shape.hiddenSize());
        config.put("intermediate_size", shape.intermediateSize());
        config.put("num_hidden_layers", shape.layers());
        config.put("num_attention_heads", shape.heads());
        config.put("num_key_value_heads", shape.kvHeads());
        config.put("head_dim", shape.headDim());
        config.put("rms_norm_eps", shape.rmsNormEps());
        config.put("rope_theta", shape.rope().theta());
        config.put("max_position_embeddings", shape.maxPositions());
        config.put("hidden_act", "silu");
        config.put("tie_word_embeddings", shape.tiedEmbeddings());
        config.put("bos_token_id", 1);
        config.put("eos_token_id", 2);
        config.put("torch_dtype", "bfloat16");
        json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), config);
    }
}
