package io.speckv.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.speckv.engine.CheckpointException;
import io.speckv.engine.GoldenFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders in every format that quantised weights are published in; golden/reference/make_quantized.py writes them. */
class QuantizedCheckpointTest {
    private static final String UP = "model.layers.0.mlp.up_proj";
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    Path temp;

    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#quantized")
    void everyMatrixIsBitForBitWhatTheFormatDefines(GoldenFamily golden) throws Exception {
        JsonNode expected = golden.expected().get("weights");
        assertThat(expected.size()).isPositive();
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder())) {
            Map<String, float[]> weights = checkpoint.weights();
            for (Map.Entry<String, JsonNode> matrix : expected.properties()) {
                assertThat(sha256(partsOf(matrix.getKey()), weights))
                        .as(matrix.getKey())
                        .isEqualTo(matrix.getValue().textValue());
            }
        }
    }

    /** However the numbers are asked for, and across the ends of rows. */
    @ParameterizedTest
    @MethodSource("io.speckv.engine.GoldenFamily#quantized")
    void piecesOfAMatrixAreThoseOfTheWhole(GoldenFamily golden) {
        try (Checkpoint checkpoint = Checkpoint.open(golden.folder())) {
            float[] whole = Objects.requireNonNull(checkpoint.weights().get(UP + ".weight"));
            TensorEntry entry = checkpoint.tensor(UP + ".weight");
            float[] piece = new float[97];
            for (int first = 0; first + piece.length <= whole.length; first += 61) {
                checkpoint.read(entry, first, piece);
                assertThat(piece).isEqualTo(Arrays.copyOfRange(whole, first, first + piece.length));
            }
        }
    }

    @Test
    void theFingerprintIsOfTheCodes() throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("awq"), temp);
        String before = fingerprint();
        byte[] bytes = Files.readAllBytes(folder.weights());
        int header = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        long begin = JSON.readTree(bytes, Long.BYTES, header)
                .at("/" + UP + ".qweight/data_offsets/0")
                .longValue();
        bytes[Long.BYTES + header + (int) begin]++;
        Files.write(folder.weights(), bytes);
        assertThat(fingerprint()).isNotEqualTo(before);
    }

    /** One key changed: the sentence names it, and what would be right. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fp8-block  | quant_method               | "hqq"          | quantization_config.quant_method: expected "fp8", "fbgemm_fp8", "modelopt" (FP8), "gptq", "awq", "bitsandbytes" or "compressed-tensors"; weights of other formats are to be published unquantised, or as GGUF, found "hqq"
            fp8-block  | quant_method               | "mxfp4"        | found "mxfp4"
            fp8-block  | method                     | "gptq"         | quantization_config.quant_method: expected "gptq", as method says, found "fp8"
            fp8-block  | quant_method               | null           | quantization_config.quant_method: expected a string, found nothing
            fp8-block  | weight_block_size          | [128]          | weight_block_size: expected [rows, columns] of a block, found [128]
            fp8-block  | weight_block_size          | [8, 32]        | self_attn.q_proj.weight_scale_inv: expected shape [6, 2], one for each block of [8, 32], found [3, 2]
            fp8-block  | weight_block_size          | null           | self_attn.q_proj.weight_scale_inv: expected shape [1], or [48, 1] for a scale of each row, found [3, 2]
            fp8-tensor | quant_method               | "modelopt"     | quantization_config.quant_algo: expected a string, found nothing
            gptq-8bit-v2 | bits                     | 5              | bits: expected one of [2, 3, 4, 8], found 5
            gptq-8bit-v2 | bits                     | 4              | q_proj.qweight: expected shape [5, 48], found [10, 48]
            gptq-8bit-v2 | group_size               | 0              | group_size: expected columns of a group, or -1 for all of a row, found 0
            gptq-8bit-v2 | group_size               | 20             | q_proj.qzeros: expected shape [2, 12], found [1, 12]
            gptq-8bit-v2 | checkpoint_format        | "marlin"       | checkpoint_format: expected "gptq" or "gptq_v2"; layouts made for one kernel are not read, found "marlin"
            gptq-8bit-v2 | format                   | "gptq"         | checkpoint_format: expected "gptq", as format says, found "gptq_v2"
            awq        | format                     | "gemv"         | version: expected "gemv", as format says, found "gemm"
            awq        | version                    | "gemv_fast"    | version: expected "gemm" or "gemv"; AWQ's other layouts are not read, found "gemv_fast"
            awq        | version                    | "gemv"         | q_proj.qzeros: expected shape [48, 1], or wider, found [3, 6]
            awq        | zero_point                 | false          | zero_point: expected true
            awq        | bits                       | 3              | bits: expected 4, found 3
            awq        | group_size                 | 40             | q_proj.qzeros: expected shape [1, 6], found [3, 6]
            int8-rows  | format                     | "nvfp4-pack-quantized" | format: expected one of float-quantized, int-quantized, naive-quantized, pack-quantized, dense; other formats of this library are not read, found "nvfp4-pack-quantized"
            int8-rows  | transform_config           | {"config_groups": {}} | transform_config: expected nothing, as rotations of weights are not undone
            int8-rows  | sparsity_config            | {"format": "sparse-24-bitmask"} | sparsity_config.format: expected "dense", as sparse weights are not read
            int8-rows  | config_groups              | {"FP8": ["Linear"]} | config_groups.FP8: expected an object
            int8-rows  | config_groups              | {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 8, "strategy": "token"}}} | config_groups.group_0.weights.strategy: expected one of tensor, channel, group, block
            int8-rows  | config_groups              | {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 6, "strategy": "channel"}}} | num_bits: expected one of [2, 4, 8], found 6
            int8-rows  | config_groups              | {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 8, "strategy": "tensor"}}} | q_proj.weight_scale: expected shape [1, 1], found [48, 1]
            int8-rows  | config_groups              | {"group_0": {"targets": ["re:.*mlp.*"], "weights": {"num_bits": 8, "strategy": "channel"}}} | self_attn.q_proj.weight: expected a target among config_groups that names the layer, or plain numbers, found neither
            int8-rows  | config_groups              | {"group_0": {"targets": ["re:*mlp"], "weights": {"num_bits": 8, "strategy": "channel"}}} | config_groups.group_0.targets: expected patterns after "re:" that can be read (Dangling meta character '*'), found ["re:*mlp"]
            int4-act-order | config_groups          | {"group_0": {"targets": ["Linear"], "weights": {"num_bits": 8, "strategy": "channel"}}} | q_proj.weight_packed: expected shape [48, 10], found [48, 5]
            """)
    void settingsThatAreNotFollowedAreRefused(String golden, String key, String value, String message)
            throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized(golden), temp);
        folder.editConfig(config -> set((ObjectNode) config.get("quantization_config"), key, value));
        assertRefused(message);
    }

    /** The key that GPTQModel has come to write. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            gptq-8bit-v2 | checkpoint_format | marlin    | format: expected "gptq" or "gptq_v2"; layouts made for one kernel are not read, found "marlin"
            gptq-8bit-v2 | checkpoint_format | bitblas   | found "bitblas"
            awq          | version           | gemv_fast | format: expected "gemm" or "gemv"; AWQ's other layouts are not read, found "gemv_fast"
            """)
    void layoutsThatOnlyFormatNamesAreRefused(String golden, String older, String format, String message)
            throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized(golden), temp);
        folder.editConfig(config -> {
            ObjectNode settings = (ObjectNode) config.get("quantization_config");
            settings.remove(older);
            settings.put("format", format);
        });
        assertRefused(message);
    }

    /** As GPTQModel has come to write it, in either place. */
    @ParameterizedTest
    @ValueSource(strings = {"gptq-8bit-v2", "gptq-4bit-act-order", "awq", "bitsandbytes-nf4", "fp8-block"})
    void methodIsReadAsQuantMethodIs(String golden) throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized(golden), temp);
        folder.editConfig(config -> {
            ObjectNode settings = (ObjectNode) config.get("quantization_config");
            settings.set("method", settings.remove("quant_method"));
        });
        assertReadAs(golden);
        JsonNode settings = JSON.readTree(folder.config().toFile()).get("quantization_config");
        folder.editConfig(config -> config.remove("quantization_config"));
        Files.writeString(temp.resolve("quantize_config.json"), settings.toString());
        assertReadAs(golden);
    }

    /** Zero points stored as they are, and less one. */
    @ParameterizedTest
    @ValueSource(strings = {"gptq-8bit-v2", "gptq-4bit-act-order"})
    void formatIsReadAsCheckpointFormatIs(String golden) throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized(golden), temp);
        folder.editConfig(config -> {
            ObjectNode settings = (ObjectNode) config.get("quantization_config");
            settings.set("format", settings.remove("checkpoint_format"));
        });
        assertReadAs(golden);
    }

    /** One tensor renamed, or said to be of another format or shape. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fp8-block | weight_scale_inv | gone   |         | up_proj.weight_scale_inv: expected the tensor, which model.layers.0.mlp.up_proj.weight is read by, found none of this name
            fp8-tensor | weight_scale    | gone   |         | up_proj.weight_scale: expected the tensor, which model.layers.0.mlp.up_proj.weight is read by
            fp8-block | weight           | gone   |         | up_proj.weight: expected the tensor, found none of this name
            fp8-block | weight           | weight | I8      | up_proj.weight: expected dtype F8_E4M3 or F8_E5M2, found I8
            gptq-8bit-v2 | qweight       | gone   |         | up_proj.qweight: expected the tensor, found none of this name
            gptq-8bit-v2 | qzeros        | gone   |         | up_proj.qzeros: expected the tensor
            gptq-8bit-v2 | scales        | gone   |         | up_proj.scales: expected the tensor
            gptq-8bit-v2 | qweight       | qweight | U32    | up_proj.qweight: expected dtype I32, found U32
            gptq-8bit-v2 | scales        | scales | I16     | up_proj.scales: expected dtype
            awq       | scales           | gone   |         | up_proj.scales: expected the tensor
            awq-gemv  | qzeros           | gone   |         | up_proj.qzeros: expected the tensor
            bitsandbytes-int8 | SCB      | gone   |         | up_proj.SCB: expected the tensor
            bitsandbytes-nf4 | weight.absmax | gone |       | up_proj.weight.absmax: expected the tensor
            bitsandbytes-nf4 | weight.quant_map | gone |    | up_proj.weight.quant_map: expected the tensor
            bitsandbytes-nf4 | weight.quant_state.bitsandbytes__nf4 | gone | | up_proj.weight.quant_state.bitsandbytes__nf4: expected the tensor
            int8-rows | weight_scale     | gone   |         | up_proj.weight_scale: expected the tensor
            int8-groups-asymmetric | weight_zero_point | gone | | up_proj.weight_zero_point: expected the tensor
            int4-rows-asymmetric | weight_zero_point | gone | | up_proj.weight_zero_point: expected the tensor
            int4-act-order | weight_g_idx | weight_g_idx | U32 | up_proj.weight_g_idx: expected dtype I32, found U32
            """)
    void whatAMatrixIsReadByMustBeThere(String golden, String tensor, String name, String dtype, String message)
            throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized(golden), temp);
        folder.editHeader(header -> {
            ObjectNode entry = (ObjectNode) header.remove(UP + "." + tensor);
            header.set(UP + "." + name, dtype == null ? entry : entry.put("dtype", dtype));
        });
        assertRefused(message);
    }

    /** Folders that were saved before they were quantised say how they are to be, as they are loaded. */
    @Test
    void settingsBesidePlainWeightsChangeNothing() throws IOException {
        ModelFolder folder = ModelFolder.copyOf("llama-target", temp);
        Map<String, float[]> before;
        try (Checkpoint checkpoint = Checkpoint.open(temp)) {
            before = checkpoint.weights();
        }
        folder.editConfig(config -> config.putObject("quantization_config")
                .put("quant_method", "bitsandbytes")
                .put("load_in_4bit", true));
        try (Checkpoint checkpoint = Checkpoint.open(temp)) {
            assertThat(checkpoint.weightsFormat()).isEqualTo("f32");
            assertThat(checkpoint.weights().get(UP + ".weight")).isEqualTo(before.get(UP + ".weight"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fp8-block            | fp8, blocks of 16 by 32
            gptq-4bit-act-order  | gptq, 4 bits, groups of 16
            gptq-dynamic         | gptq, 4 and 8 bits, groups of 20
            awq                  | awq, 4 bits, groups of 16
            awq-gemv             | awq, 4 bits, groups of 32
            bitsandbytes-nf4     | bitsandbytes, 4 bits
            bitsandbytes-int8    | bitsandbytes, 8 bits
            int4-and-int8        | compressed-tensors, 4 bits by group and 8 bits by group
            """)
    void whatACheckpointIsStoredInIsSaid(String golden, String format) {
        try (Checkpoint checkpoint = Checkpoint.open(quantized(golden))) {
            assertThat(checkpoint.weightsFormat()).isEqualTo(format);
        }
    }

    @Test
    void codesWithoutAWordOnHowTheyAreReadAreRefused() throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("fp8-block"), temp);
        folder.editConfig(config -> config.remove("quantization_config"));
        assertRefused(
                "q_proj.weight: expected dtype F32, F16 or BF16, as config.json has no quantization_config that says how"
                        + " others are read, found F8_E4M3");
    }

    @Test
    void codesInTheNameOfANormAreRefused() throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("fp8-block"), temp);
        folder.editHeader(header -> ((ObjectNode) header.get("model.norm.weight")).put("dtype", "I16"));
        assertRefused(
                "model.norm.weight: expected dtype F32, F16 or BF16, as only matrices are read quantised, found I16");
    }

    @Test
    void aGroupThatIsNotThereIsRefused() throws IOException {
        ModelFolder folder = ModelFolder.copyOf(quantized("gptq-4bit-act-order"), temp);
        byte[] bytes = Files.readAllBytes(folder.weights());
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = (int) file.getLong();
        long begin = JSON.readTree(bytes, Long.BYTES, header)
                .at("/" + UP + ".g_idx/data_offsets/0")
                .longValue();
        file.putInt(Long.BYTES + header + (int) begin, 3);
        Files.write(folder.weights(), bytes);
        assertRefused("up_proj.g_idx: expected groups from 0 to 2, found 3 for column 0");
    }

    private void assertReadAs(String golden) {
        try (Checkpoint before = Checkpoint.open(quantized(golden));
                Checkpoint after = Checkpoint.open(temp)) {
            assertThat(after.weights().get(UP + ".weight"))
                    .isEqualTo(before.weights().get(UP + ".weight"));
            assertThat(after.weightsFormat()).isEqualTo(before.weightsFormat());
        }
    }

    private String fingerprint() {
        try (Checkpoint checkpoint = Checkpoint.open(temp)) {
            return checkpoint.weightsFingerprint();
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

    private static void set(ObjectNode settings, String key, String value) {
        try {
            settings.set(key, JSON.readTree(value));
        } catch (IOException e) {
            throw new AssertionError(value, e);
        }
    }

    /** The matrices whose rows a stored one holds. */
    private static List<String> partsOf(String stored) {
        if (stored.contains("qkv_proj")) {
            return List.of(stored.replace("qkv_", "q_"), stored.replace("qkv_", "k_"), stored.replace("qkv_", "v_"));
        }
        return stored.contains("gate_up_")
                ? List.of(stored.replace("gate_up_", "gate_"), stored.replace("gate_up_", "up_"))
                : List.of(stored);
    }

    private static String sha256(List<String> names, Map<String, float[]> weights) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String name : names) {
            float[] numbers = Objects.requireNonNull(weights.get(name), name);
            ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(numbers);
            digest.update(bytes.array());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
