package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files have single quotes. What the numbers of each format are, {@code QuantizedCheckpointTest} says. */
class QuantizationReaderTest {
    @TempDir
    Path folder;

    private void write(String name, String json) throws IOException {
        Files.writeString(folder.resolve(name), json.replace('\'', '"'));
    }

    private Optional<Quantization> read(String config) throws IOException {
        write("config.json", config);
        return QuantizationReader.read(folder);
    }

    private Quantization quantization(String settings) throws IOException {
        return read("{'quantization_config': " + settings + "}").orElseThrow();
    }

    private static Gptq gptq(int bits, int groupSize, boolean ordered, boolean lessOne) {
        return new Gptq(new Gptq.Setting(bits, groupSize, ordered), List.of(), lessOne);
    }

    @Test
    void aFolderThatSaysNothingIsNotQuantised() throws IOException {
        assertThat(read("{}")).isEmpty();
        assertThat(read("{'quantization_config': null}")).isEmpty();
    }

    @Test
    void theConfigComesBeforeItsLanguagePartAndBothBeforeOtherFiles() throws IOException {
        String eight = "{'quantization_config': {'quant_method': 'bitsandbytes', 'load_in_8bit': true}";
        String four = "'text_config': {'quantization_config': {'quant_method': 'bitsandbytes'}}}";
        write("quantize_config.json", "{'bits': 4, 'group_size': 128}");
        assertThat(read(eight + ", " + four)).contains(new BitsAndBytes(8));
        assertThat(read("{" + four)).contains(new BitsAndBytes(4));
        assertThat(read("{}")).contains(gptq(4, 128, false, true));
    }

    @Test
    void olderFoldersHaveAFileOfTheirOwn() throws IOException {
        write("quant_config.json", "{'w_bit': 4, 'q_group_size': 64, 'version': 'GEMM', 'zero_point': true}");
        assertThat(read("{}")).contains(new Awq(64, Awq.Layout.GEMM));
        Files.delete(folder.resolve("quant_config.json"));
        write("hf_quant_config.json", "{'producer': {'name': 'modelopt'}, 'quantization': {'quant_algo': 'FP8'}}");
        assertThat(read("{}")).contains(new Fp8("modelopt FP8", List.of()));
    }

    @Test
    void fp8IsByTensorOrByBlocks() throws IOException {
        assertThat(quantization("{'quant_method': 'fp8'}")).isEqualTo(new Fp8("fp8", List.of()));
        assertThat(quantization("{'quant_method': 'FP8', 'weight_block_size': [128, 64]}"))
                .isEqualTo(new Fp8("FP8", List.of(128, 64)));
        assertThat(quantization("{'quant_method': 'fp8', 'weight_block_size': null}"))
                .isEqualTo(new Fp8("fp8", List.of()));
        assertThat(quantization("{'quant_method': 'modelopt', 'quant_algo': 'FP8_PER_CHANNEL_PER_TOKEN'}"))
                .isEqualTo(new Fp8("modelopt FP8", List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'bits': 4, 'group_size': 128}                                            | 4 | 128 | false | true
        {'bits': 3, 'group_size': -1, 'desc_act': true}                           | 3 | 0   | true  | true
        {'bits': 8, 'group_size': 32, 'checkpoint_format': 'gptq_v2'}             | 8 | 32  | false | false
        {'bits': 2, 'group_size': 32, 'format': 'GPTQ', 'is_marlin_format': false} | 2 | 32 | false | true
        {'bits': 2, 'group_size': 32, 'format': 'gptq', 'checkpoint_format': 'gptq'} | 2 | 32 | false | true
        """)
    void gptqSaysItsBitsGroupsAndOrder(String settings, int bits, int groupSize, boolean ordered, boolean lessOne)
            throws IOException {
        Gptq expected = gptq(bits, groupSize, ordered, lessOne);
        assertThat(quantization("{'quant_method': 'gptq', " + settings.substring(1)))
                .isEqualTo(expected);
        assertThat(quantization("{'method': 'gptq', " + settings.substring(1)))
                .as("GPTQModel's newer key")
                .isEqualTo(expected);
    }

    @Test
    void gptqsRulesTakeFromTheUsualSettingWhatTheyDoNotSay() throws IOException {
        Gptq read = (Gptq) quantization("{'quant_method': 'gptq', 'bits': 4, 'group_size': 128, 'dynamic': {"
                + "'-:.*lm_head': {}, '+:.*down_proj': {'bits': 8}, "
                + "'.*up_proj': {'group_size': -1, 'desc_act': true}}}");
        assertThat(read.rules())
                .extracting(rule -> rule.pattern().pattern())
                .containsExactly(".*lm_head", ".*down_proj", ".*up_proj");
        assertThat(read.rules())
                .extracting(Gptq.Rule::setting)
                .containsExactly(
                        Optional.empty(),
                        Optional.of(new Gptq.Setting(8, 128, false)),
                        Optional.of(new Gptq.Setting(4, 0, true)));
    }

    @Test
    void awqsKeysHaveTwoSpellings() throws IOException {
        assertThat(quantization("{'quant_method': 'awq', 'bits': 4, 'group_size': 128, 'version': 'gemv'}"))
                .isEqualTo(new Awq(128, Awq.Layout.GEMV));
        assertThat(quantization("{'quant_method': 'awq', 'w_bit': 4, 'q_group_size': -1}"))
                .isEqualTo(new Awq(0, Awq.Layout.GEMM));
    }

    @Test
    void bitsAndBytesNeedNotNameItself() throws IOException {
        assertThat(quantization("{'load_in_8bit': true}")).isEqualTo(new BitsAndBytes(8));
        assertThat(quantization("{'load_in_4bit': true, 'load_in_8bit': false}"))
                .isEqualTo(new BitsAndBytes(4));
    }

    private static String compressed(String weights) {
        return "{'quant_method': 'compressed-tensors', 'format': 'pack-quantized', 'config_groups': {'group_0': {"
                + "'targets': ['Linear'], 'weights': " + weights + "}}}";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'num_bits': 8, 'strategy': 'channel'}                                      | CHANNEL | true  | false | 1 | 0
        {'num_bits': 8, 'strategy': 'tensor', 'symmetric': false}                   | TENSOR  | false | false | 1 | 0
        {'num_bits': 8, 'strategy': 'group', 'group_size': 64, 'actorder': 'group'} | GROUP   | true  | true  | 1 | 64
        {'num_bits': 8, 'strategy': 'group', 'group_size': 64, 'actorder': 'weight'} | GROUP  | true  | false | 1 | 64
        {'num_bits': 8, 'strategy': 'block', 'block_structure': [128, 64]}          | BLOCK   | true  | false | 128 | 64
        """)
    void compressedTensorsSayItByGroups(
            String weights,
            CompressedTensors.Strategy strategy,
            boolean symmetric,
            boolean ordered,
            int rows,
            int columns)
            throws IOException {
        CompressedTensors read = (CompressedTensors) quantization(compressed(weights));
        assertThat(read.schemes()).hasSize(1);
        CompressedTensors.Scheme scheme = read.schemes().get(0);
        assertThat(scheme.bits()).isEqualTo(8);
        assertThat(scheme.symmetric()).isEqualTo(symmetric);
        assertThat(scheme.ordered()).isEqualTo(ordered);
        assertThat(scheme)
                .isEqualTo(
                        new CompressedTensors.Scheme(scheme.targets(), 8, symmetric, ordered, strategy, rows, columns));
        assertThat(scheme.targets()).extracting(CompressedTensors.Target::text).containsExactly("Linear");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'quant_method': 'hqq'}                                       | quant_method
        {'bits': 4}                                                   | quant_method
        {'quant_method': 'gptq', 'method': 'awq'}                     | quant_method
        {'quant_method': 'gptq', 'bits': 5, 'group_size': 128}        | bits
        {'quant_method': 'gptq', 'bits': 4}                           | group_size
        {'quant_method': 'gptq', 'bits': 4, 'group_size': 0}          | group_size
        {'quant_method': 'gptq', 'bits': 4, 'group_size': 64, 'checkpoint_format': 'marlin'} | checkpoint_format
        {'quant_method': 'gptq', 'format': 'gptq', 'checkpoint_format': 'gptq_v2'} | checkpoint_format
        {'quant_method': 'gptq', 'bits': 4, 'group_size': 64, 'is_marlin_format': true} | is_marlin_format
        {'quant_method': 'gptq', 'bits': 4, 'group_size': 64, 'dynamic': {'+:(': {}}} | dynamic.+:(
        {'quant_method': 'gptq', 'bits': 4, 'group_size': 64, 'dynamic': {'a': {'bits': 5}}} | dynamic.a.bits
        {'quant_method': 'awq', 'bits': 8, 'group_size': 128}         | bits
        {'quant_method': 'awq', 'bits': 4, 'group_size': 128, 'version': 'marlin'} | version
        {'quant_method': 'awq', 'bits': 4, 'group_size': 128, 'zero_point': false} | zero_point
        {'quant_method': 'fp8', 'weight_block_size': [128]}           | weight_block_size
        {'quant_method': 'fp8', 'weight_block_size': [128, 0]}        | weight_block_size
        {'quant_method': 'modelopt', 'quant_algo': 'NVFP4'}           | quant_algo
        {'quant_method': 'compressed-tensors'}                        | config_groups
        {'quant_method': 'compressed-tensors', 'transform_config': {'a': 1}} | transform_config
        {'quant_method': 'compressed-tensors', 'sparsity_config': {'format': 'marlin-24'}} | sparsity_config.format
        """)
    void whatIsNotReadIsNamedByItsKey(String settings, String key) {
        assertThatThrownBy(() -> quantization(settings))
                .isInstanceOf(CheckpointException.class)
                .hasMessageStartingWith(folder.resolve("config.json") + ": ")
                .hasMessageContaining("quantization_config." + key);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {'num_bits': 3, 'strategy': 'channel'}                                | weights.num_bits
        {'num_bits': 4, 'strategy': 'row'}                                    | weights.strategy
        {'num_bits': 4, 'strategy': 'group', 'group_size': -2}                | weights.group_size
        {'num_bits': 4, 'strategy': 'block'}                                  | weights.block_structure
        {'num_bits': 4, 'strategy': 'channel', 'actorder': 'none'}            | weights.actorder
        """)
    void soIsWhatIsNotReadOfAGroup(String weights, String key) {
        assertThatThrownBy(() -> quantization(compressed(weights)))
                .hasMessageContaining("quantization_config.config_groups.group_0." + key);
    }
}
