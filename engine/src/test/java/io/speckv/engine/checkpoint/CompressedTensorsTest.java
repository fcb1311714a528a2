package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which scheme a layer has, by the rule of the compressed-tensors library, and what schemes say of zero points. */
class CompressedTensorsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path temp;

    /** The folder holds layers of attention in 4 bits and the others in 8, which no other scheme can be read by. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                // Names before patterns.
                """
                {"re:.*": 8, "model.layers.0.self_attn.q_proj": 4, "model.layers.0.self_attn.k_proj": 4,
                 "model.layers.0.self_attn.v_proj": 4, "model.layers.0.self_attn.o_proj": 4,
                 "model.layers.1.self_attn.q_proj": 4, "model.layers.1.self_attn.k_proj": 4,
                 "model.layers.1.self_attn.v_proj": 4, "model.layers.1.self_attn.o_proj": 4}""",
                // Patterns before classes.
                """
                {"Linear": 8, "re:.*self_attn": 4}""",
                // Patterns in the order of their text.
                """
                {"re:.*proj": 4, "re:.*[.]mlp[.]": 8}"""
            })
    void theTargetThatIsNearestToALayerCounts(String bitsOfTargets) throws IOException {
        Path golden = quantized("int4-and-int8");
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.editConfig(config -> setTargets(config, bitsOfTargets));
        assertReadAs(golden);
    }

    /** As llm-compressor writes the language part of a model of pictures. */
    @Test
    void patternsSeeNamesAsTheyArePublished() throws IOException {
        Path golden = quantized("int4-and-int8");
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.editHeaderText(header -> header.replace("\"model.", "\"model.language_model."));
        folder.editConfig(config -> setTargets(config, """
                {"re:.*language_model.*[.]mlp[.]": 8, "re:model[.]language_model[.].*self_attn": 4}"""));
        assertReadAs(golden);
    }

    @ParameterizedTest
    @ValueSource(strings = {"int4-rows-asymmetric", "int8-groups-asymmetric"})
    void zeroPointsOfASymmetricSchemeAreRefused(String golden) throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized(golden), temp);
        folder.editConfig(CompressedTensorsTest::saySymmetric);
        assertThatThrownBy(() -> Checkpoint.open(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(
                        temp.toString(),
                        "q_proj.weight_zero_point: expected nothing but zeros, as the scheme is symmetric, found others");
    }

    /** As other writers' FP8 has it: queries, keys and values as one matrix with three scales. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void matricesThatAreStoredAsOneMayEachHaveAScale(boolean asColumn) throws IOException {
        Path golden = quantized("fp8-tensor-fused");
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        if (asColumn) {
            folder.editHeader(header -> header.properties().stream()
                    .filter(tensor -> tensor.getKey().endsWith("_scale"))
                    .map(tensor -> (ArrayNode) tensor.getValue().get("shape"))
                    .filter(shape -> shape.size() == 1)
                    .forEach(shape -> shape.add(1)));
        }
        assertReadAs(golden);
        folder.editConfig(config -> {
            ObjectNode settings = config.putObject("quantization_config");
            settings.put("quant_method", "compressed-tensors").put("format", "float-quantized");
            ObjectNode group = settings.putObject("config_groups").putObject("group_0");
            group.putArray("targets").add("Linear");
            group.putObject("weights").put("num_bits", 8).put("type", "float").put("strategy", "tensor");
        });
        assertReadAs(golden);
    }

    /** Some writers store them all the same. */
    @Test
    void zeroPointsThatAreAllZeroChangeNothing() throws IOException {
        Path golden = quantized("int8-rows");
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.addZeros("model.layers.0.mlp.up_proj.weight_zero_point", "I8");
        assertReadAs(golden);
    }

    private void assertReadAs(Path golden) {
        try (Checkpoint expected = Checkpoint.open(golden);
                Checkpoint found = Checkpoint.open(temp)) {
            Map<String, float[]> weights = found.weights();
            expected.weights()
                    .forEach((name, numbers) ->
                            assertThat(weights.get(name)).as(name).isEqualTo(numbers));
        }
    }

    /** One group for each target, in their order. */
    private static void setTargets(ObjectNode config, String bitsOfTargets) {
        ObjectNode groups = (ObjectNode) config.at("/quantization_config/config_groups");
        ObjectNode usual = groups.get("group_0").deepCopy();
        groups.removeAll();
        for (Map.Entry<String, JsonNode> target : parsed(bitsOfTargets).properties()) {
            ObjectNode group = usual.deepCopy();
            group.putArray("targets").add(target.getKey());
            ((ObjectNode) group.get("weights")).set("num_bits", target.getValue());
            groups.set("group_" + groups.size(), group);
        }
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(json, e);
        }
    }

    private static void saySymmetric(ObjectNode config) {
        ((ObjectNode) config.at("/quantization_config/config_groups/group_0/weights")).put("symmetric", true);
    }

    private static Path quantized(String name) {
        return GoldenFamily.quantized().stream()
                .map(GoldenFamily::folder)
                .filter(folder -> folder.endsWith(name))
                .findFirst()
                .orElseThrow();
    }
}
