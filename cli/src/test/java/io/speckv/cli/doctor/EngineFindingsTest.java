package io.speckv.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.speckv.cli.doctor.Finding.Verdict;
import io.speckv.engine.DeviceName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineFindingsTest {
    private static final String H200 = "0, NVIDIA H200, 570.86.15, 9.0, 143771 MiB";
    private static final String T4 = "1, Tesla T4, 570.86.15, 7.5, 15360 MiB";

    @Test
    void aGpuIsDescribedByWhatItsDriverSays() {
        assertThat(EngineFindings.gpus(Optional.of(H200 + "\n" + T4 + "\n"), true))
                .containsExactly(
                        Finding.right("gpu", "gpu:0 NVIDIA H200, driver 570.86.15, compute capability 9.0, 143771 MiB"),
                        Finding.right("gpu", "gpu:1 Tesla T4, driver 570.86.15, compute capability 7.5, 15360 MiB"));
    }

    @Test
    void aGpuThatLibtorchCannotUseComesWithTheWayToUseIt() {
        assertThat(EngineFindings.gpus(Optional.of(H200), false))
                .singleElement()
                .satisfies(found -> {
                    assertThat(found.verdict()).isEqualTo(Verdict.NOTE);
                    assertThat(found.text()).startsWith("gpu:0 NVIDIA H200").endsWith("; libtorch has no CUDA");
                    assertThat(found.advice()).isEqualTo(EngineFindings.CUDA);
                });
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aDriverWithoutAGpuIsNoGpu(boolean usable) {
        assertThat(EngineFindings.gpus(Optional.of("No devices were found\n"), usable))
                .containsExactly(
                        Finding.right("gpu", "none (nvidia-smi says: No devices were found); models run on the CPU"));
    }

    @Test
    void aDriverThatDoesNotAnswerIsMissingOnlyWhereLibtorchIsForIt() {
        for (Optional<String> silent : List.of(Optional.<String>empty(), Optional.of(""), Optional.of(" \n"))) {
            assertThat(EngineFindings.gpus(silent, false))
                    .containsExactly(Finding.right("gpu", "none (nvidia-smi does not answer); models run on the CPU"));
            assertThat(EngineFindings.gpus(silent, true))
                    .containsExactly(
                            Finding.note("gpu", "libtorch is for CUDA, no driver answers", "install NVIDIA's driver"));
        }
    }

    @Test
    void aFailureIsToldByItsFirstWords() {
        assertThat(EngineFindings.reason(new IllegalStateException("\nno libc10.so\nat a long stack")))
                .isEqualTo("no libc10.so");
        assertThat(EngineFindings.reason(new ExceptionInInitializerError(new IllegalStateException("no libc10.so"))))
                .as("what fails while a class is made ready has no words of its own")
                .isEqualTo("no libc10.so");
        assertThat(EngineFindings.reason(new IllegalStateException(" ", new IllegalStateException("no libc10.so"))))
                .as("blank words are none")
                .isEqualTo("no libc10.so");
        assertThat(EngineFindings.reason(new NoClassDefFoundError())).isEqualTo("NoClassDefFoundError");
    }

    @Test
    void libtorchIsHereAndSaysItsVersion() {
        Finding libtorch = EngineFindings.libtorch();

        assertThat(libtorch.isWrong()).as(libtorch.text()).isFalse();
        assertThat(libtorch.text()).matches("\\d+\\.\\d+.* for (CUDA|CPUs), \\d+ threads.*");
    }

    @Test
    void everyPrecisionHasItsLineAndOneOfThemIsTheUsualOne() throws IOException {
        List<Finding> found = EngineFindings.precisions(DeviceName.CPU, null);

        assertThat(found)
                .extracting(finding -> finding.subject().replace(" (auto)", ""))
                .startsWith("fp32", "bf16", "int8");
        assertThat(found)
                .filteredOn(finding -> finding.subject().endsWith(" (auto)"))
                .hasSize(1);
        assertThat(found).extracting(Finding::text).doesNotContain("");
        assertThat(found).noneMatch(Finding::isWrong);
    }

    @Test
    void aDeviceIsMissingIfItIsNotThere() {
        assertThat(EngineFindings.missing(DeviceName.CPU)).isEmpty();
        assertThat(EngineFindings.missing(DeviceName.parse("gpu:99"))).hasValueSatisfying(missing -> {
            assertThat(missing.isWrong()).isTrue();
            assertThat(missing.subject()).isEqualTo("gpu:99");
            assertThat(missing.advice()).isEqualTo(EngineFindings.CUDA);
        });
    }
}
