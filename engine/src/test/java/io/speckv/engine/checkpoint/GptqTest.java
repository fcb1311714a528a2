package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import io.speckv.engine.quant.GroupedMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which group a column of a GPTQ layer belongs to, where layers differ or no {@code g_idx} says it. */
class GptqTest {
    private static final String UP = "model.layers.0.mlp.up_proj";

    @TempDir
    Path temp;

    /** 56 columns in groups of 20 make 3 groups, of which the last is smaller. */
    @Test
    void groupsAreAsWideAsTheConfigSaysWhereLayersDiffer() throws IOException {
        Path golden = quantized("gptq-dynamic");
        withoutIndex(golden);
        assertReadAs(golden);
    }

    /** Of every layer an array would be much, where there are thousands of layers. */
    @Test
    void layersAlikeShareTheGroupsOfTheirColumns() {
        Gptq gptq = new Gptq(new Gptq.Setting(3, 32, false), List.of(), true);
        SharedGroups shared = new SharedGroups();
        try (FolderWeights folder = FolderWeights.openAll(quantized("gptq-3bit"), Set.of())) {
            List<int[]> groups = Stream.of("gate_proj", "up_proj")
                    .map(name -> "model.layers.0.mlp." + name + ".weight")
                    .map(name -> new QuantizedModule(folder, name, new long[] {64, 32}, new int[] {64}, shared))
                    .map(module -> ((GroupedMatrix) gptq.matrix(module)).groupOf())
                    .toList();
            assertThat(groups.get(1)).isSameAs(groups.get(0));
        }
    }

    /** Rules that only leave layers out. */
    @Test
    void layersThatAreLeftOutChangeNothingForTheOthers() throws IOException {
        Path golden = quantized("gptq-3bit");
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.editSettings(
                "quantize_config.json",
                settings -> settings.putObject("dynamic").putObject("-:.*lm_head"));
        try (Checkpoint before = Checkpoint.open(golden);
                Checkpoint after = Checkpoint.open(temp)) {
            assertThat(after.weightsFormat()).isEqualTo(before.weightsFormat());
            assertThat(after.weights().get(UP + ".weight"))
                    .isEqualTo(before.weights().get(UP + ".weight"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gptq-4bit-act-order | q_proj.g_idx: expected the tensor, as desc_act orders columns, found none of this name
            int4-act-order      | q_proj.weight_g_idx: expected the tensor, as actorder orders columns, found none of this name
            """)
    void columnsInAnOrderThatNothingSaysAreRefused(String golden, String message) throws IOException {
        withoutIndex(quantized(golden));
        assertRefused(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            group_size | 0  | dynamic.+:.*mlp.*.group_size: expected columns of a group, or -1 for all of a row, found 0
            bits       | 5  | dynamic.+:.*mlp.*.bits: expected one of [2, 3, 4, 8], found 5
            bits       | 3  | gate_proj.qweight: expected shape [4, 56], found [10, 56]
            """)
    void rulesThatNoLayerIsStoredByAreRefused(String key, int value, String message) throws IOException {
        ModelFolder folder = withoutIndex(quantized("gptq-dynamic"));
        folder.editConfig(config -> ((ObjectNode) config.at("/quantization_config/dynamic/+:.*mlp.*")).put(key, value));
        assertRefused(message);
    }

    /** As GPTQModel looks rules up: in their order, by what a name begins with, with "+:" or without. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {"+:.*mlp.*": {"bits": 8}, "+:.*": {"bits": 4}}
            {".*mlp": {"bits": 8}}
            {"mlp": {"bits": 3}, "model[.].*self_attn": {}, "+:model": {"bits": 8}}
            {"+:model.layers.\\\\d.mlp": {"bits": 8, "group_size": 20}, ".*": {}}
            """)
    void theFirstRuleThatNamesALayerCounts(String rules) throws IOException {
        Path golden = quantized("gptq-dynamic");
        ModelFolder folder = withoutIndex(golden);
        JsonNode dynamic = JsonMapper.builder().build().readTree(rules);
        folder.editConfig(config -> ((ObjectNode) config.get("quantization_config")).set("dynamic", dynamic));
        assertReadAs(golden);
    }

    /** 40 columns make 2 groups either way, so only the name tells. */
    @Test
    void ofTwoRulesThatFitALayerTheOneThatNamesItCounts() throws IOException {
        Path golden = quantized("gptq-dynamic");
        ModelFolder folder = withoutIndex(golden);
        folder.editConfig(config -> ((ObjectNode) config.at("/quantization_config/dynamic"))
                .putObject("+:.*0.*k_proj")
                .put("group_size", 24));
        try (Checkpoint narrow = Checkpoint.open(golden);
                Checkpoint wide = Checkpoint.open(temp)) {
            Map<String, float[]> weights = wide.weights();
            narrow.weights().forEach((name, expected) -> {
                float[] found = Objects.requireNonNull(weights.get(name), name);
                boolean named = name.equals("model.layers.0.self_attn.k_proj.weight");
                int columns = 40;
                for (int i = 0; i < expected.length; i++) {
                    if (!named || i % columns < 20 || i % columns >= 24) {
                        assertThat(found[i]).as(name + " " + i).isEqualTo(expected[i]);
                    }
                }
                assertThat(Arrays.equals(found, expected)).as(name).isEqualTo(!named);
            });
        }
    }

    @Test
    void codesOfALayerThatARuleLeavesOutAreRefused() throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("gptq-dynamic"), temp);
        folder.editConfig(
                config -> ((ObjectNode) config.at("/quantization_config/dynamic")).putObject("-:.*0.*k_proj"));
        assertRefused("model.layers.0.self_attn.k_proj.qweight: expected no codes, as dynamic leaves layers out that"
                + " \".*0.*k_proj\" names, found them");
    }

    @Test
    void aRuleThatCannotBeReadIsRefused() throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("gptq-dynamic"), temp);
        folder.editConfig(config -> ((ObjectNode) config.at("/quantization_config/dynamic")).putObject("+:*mlp"));
        assertRefused("key quantization_config.dynamic.+:*mlp: expected a pattern of names that can be read (Dangling");
    }

    @ParameterizedTest
    @CsvSource({"scales, F16", "qweight, I32", "qzeros, I32"})
    void aTensorWithoutAxesIsRefused(String tensor, String dtype) throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("gptq-dynamic"), temp);
        folder.replaceByZeros("model.layers.0.self_attn.q_proj." + tensor, dtype);
        assertRefused("q_proj." + tensor + ": expected shape [");
    }

    private ModelFolder withoutIndex(Path golden) throws IOException {
        ModelFolder folder = ModelFolder.copyOf(golden, temp);
        folder.editHeaderText(header -> header.replace("g_idx\"", "order\""));
        return folder;
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

    private void assertRefused(String message) {
        assertThatThrownBy(() -> Checkpoint.open(temp))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContainingAll(temp.toString(), message);
    }

    private static Path quantized(String name) {
        return GoldenFamily.quantized().stream()
                .map(GoldenFamily::folder)
                .filter(folder -> folder.endsWith(name))
                .findFirst()
                .orElseThrow();
    }
}
