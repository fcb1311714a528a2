package io.speckv.engine.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.speckv.engine.DeviceException;
import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.Precision;
import io.speckv.engine.Processor;
import io.speckv.engine.Way;
import io.speckv.engine.torch.Capabilities.Product;
import io.speckv.engine.torch.Capabilities.Trial;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which way is chosen from what {@link ProductTrials} found, on made-up devices and on this one. */
@Tag("numerics")
class CapabilitiesTest {
    private static final DeviceName GPU = new DeviceName(0);
    private static final Capabilities HERE = Capabilities.of(DeviceName.CPU);

    /** A processor on which some products came out right. */
    private static Capabilities processor(boolean bf16, Product... exact) {
        List<Trial> trials = Arrays.stream(Product.values())
                .map(product -> new Trial(product, Set.of(exact).contains(product), ""))
                .toList();
        return new Capabilities(DeviceName.CPU, new Processor("amd64", "made up", Set.of()), bf16, trials);
    }

    private static Capabilities gpu(boolean bf16) {
        return new Capabilities(GPU, new Processor("amd64", "made up", Set.of()), bf16, List.of());
    }

    @Test
    void autoIsBf16OnlyWhereItIsMultipliedFastAndRightly() {
        assertThat(processor(false, Product.HALF).resolve(Precision.AUTO)).isEqualTo(Precision.BF16);
        assertThat(processor(true, Product.BF16_BLOCKED).resolve(Precision.AUTO))
                .isEqualTo(Precision.BF16);
        assertThat(processor(true).resolve(Precision.AUTO)).isEqualTo(Precision.FP32);
        assertThat(processor(false, Product.BF16_BLOCKED).resolve(Precision.AUTO))
                .isEqualTo(Precision.FP32);
        assertThat(gpu(true).resolve(Precision.AUTO)).isEqualTo(Precision.BF16);
        assertThat(gpu(false).resolve(Precision.AUTO)).isEqualTo(Precision.FP32);
    }

    @ParameterizedTest
    @CsvSource({
        "FP32, FP32_BLOCKED, BLOCKED, FLOAT32",
        "FP32, BF16_BLOCKED, PLAIN, FLOAT32",
        "BF16, BF16_BLOCKED, BLOCKED, BFLOAT16",
        "BF16, FP32_BLOCKED, NARROW, FLOAT32",
        "INT8, INT8_BLOCKED, BLOCKED_INT8, FLOAT32",
        "INT8, FP32_BLOCKED, NARROW_INT8, FLOAT32",
        "BF16, HALF, HALF, FLOAT32",
        "INT8, INT8_PACKED, PACKED_INT8, FLOAT32"
    })
    void layoutsFollowTheProductsThatCameOutRight(
            Precision precision, Product exact, LinearKind kind, ScalarType numbers) {
        assertThat(processor(false, exact).computation(precision, Kernels.AUTO))
                .isEqualTo(new Computation(precision, numbers, kind));
    }

    @Test
    void int8KeepsActivationsInBf16WhereThatIsMultipliedInHardware() {
        assertThat(processor(true, Product.values()).computation(Precision.INT8, Kernels.AUTO))
                .isEqualTo(new Computation(Precision.INT8, ScalarType.BFLOAT16, LinearKind.BLOCKED_INT8));
    }

    @Test
    void theProcessorsOwnProductsComeBeforeFbgemms() {
        Capabilities all = processor(true, Product.values());
        assertThat(all.computation(Precision.BF16, Kernels.AUTO).kind()).isEqualTo(LinearKind.BLOCKED);
        assertThat(all.computation(Precision.INT8, Kernels.AUTO).kind()).isEqualTo(LinearKind.BLOCKED_INT8);
        // A processor says that it multiplies bf16, and its library does not.
        Capabilities says = processor(true, Product.HALF);
        assertThat(says.resolve(Precision.AUTO)).isEqualTo(Precision.BF16);
        assertThat(says.computation(Precision.AUTO, Kernels.AUTO).kind()).isEqualTo(LinearKind.HALF);
        // What oneDNN has of bf16 without instructions for it is right, and slow.
        assertThat(processor(false, Product.values())
                        .computation(Precision.BF16, Kernels.AUTO)
                        .kind())
                .isEqualTo(LinearKind.HALF);
    }

    @ParameterizedTest
    @EnumSource(names = {"FP32", "BF16", "INT8"})
    void plainKernelsUseNoProductOfTheProcessorsOwn(Precision precision) {
        Computation plain = processor(true, Product.values()).computation(precision, Kernels.PLAIN);
        assertThat(plain.numbers()).isEqualTo(ScalarType.FLOAT32);
        assertThat(plain.kind()).isIn(LinearKind.PLAIN, LinearKind.NARROW, LinearKind.NARROW_INT8);
    }

    @Test
    void aGpuRefusesWhatItCannotAndNamesWhatItCan() {
        assertThatThrownBy(() -> gpu(false).computation(Precision.BF16, Kernels.AUTO))
                .isInstanceOf(DeviceException.class)
                .hasMessage("dtype bf16 needs a GPU of compute capability 8.0, which gpu:0 has not: use fp32 there");
        assertThatThrownBy(() -> gpu(true).computation(Precision.INT8, Kernels.AUTO))
                .isInstanceOf(DeviceException.class)
                .hasMessageContaining("use auto, bf16 or fp32");
        assertThat(gpu(true).computation(Precision.BF16, Kernels.AUTO).kind()).isEqualTo(LinearKind.PLAIN);
    }

    @Test
    void theCpuIsRefusedNothing() {
        for (Precision precision : Precision.values()) {
            for (Kernels kernels : Kernels.values()) {
                assertThat(HERE.way(precision, kernels)).isNotInstanceOf(Way.Refused.class);
                assertThat(HERE.way(precision, kernels).sentence()).isNotBlank();
            }
        }
    }

    @Test
    void whatStandsInForOneDnnHasItsFunctions() {
        assertThat(functions("no_onednn.py")).isNotEmpty().isEqualTo(functions("onednn.py"));
        byte[] archive = GraphArchive.pack("NoOneDnnProbe", Map.of(), "no_onednn_probe.py", "no_onednn.py");
        try (Graph probe = Graph.load("no-onednn", archive, DeviceName.CPU);
                NDManager scope = Devices.newManager(DeviceName.CPU)) {
            NDArray nothing =
                    probe.call("all").with(scope.ones(new Shape(2, 3))).tensor(scope);
            assertThat(nothing.toFloatArray()).containsOnly(Float.NaN);
        }
    }

    /** Names and types of the functions of a source. */
    private static List<String> functions(String source) {
        try (InputStream in = GraphArchive.class.getResourceAsStream("graph/" + source)) {
            return new String(Objects.requireNonNull(in, source).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("def "))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyProductWasTriedAndAWrongOneSaysWhatCameOut() {
        assertThat(HERE.trials()).extracting(Trial::product).containsExactly(Product.values());
        assertThat(HERE.trials())
                .allSatisfy(trial -> assertThat(trial.found().isEmpty()).isEqualTo(trial.exact()));
    }

    /** The operands are the worst there are: a processor that adds products of bytes in 16 bits does not pass. */
    @Test
    void productsOfBytesPassExactlyWhereTheProcessorAddsThemInThirtyTwoBits() {
        Set<String> sets = HERE.processor().instructionSets();
        String limit = System.getenv().getOrDefault("ONEDNN_MAX_CPU_ISA", "none");
        boolean exact = multipliesBytes();
        boolean vnni = sets.contains("avx512_vnni") || sets.contains("avx_vnni");
        if (limit.equals("AVX2") || (limit.equals("none") && sets.contains("avx2") && !vnni)) {
            assertThat(exact).isFalse();
        } else if (limit.equals("none") && sets.contains("avx512_vnni")) {
            assertThat(exact).isTrue();
        }
        // Below AVX2 oneDNN takes code of either kind; what it does is tried, and LinearLayersTest tests what is
        // chosen.
    }

    private static boolean multipliesBytes() {
        return HERE.trials().stream().anyMatch(trial -> trial.product() == Product.INT8_BLOCKED && trial.exact());
    }
}
