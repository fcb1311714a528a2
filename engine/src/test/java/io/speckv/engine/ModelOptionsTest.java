package io.speckv.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.speckv.engine.torch.Capabilities;
import org.junit.jupiter.api.Test;

/** What is refused when settings are read, and what when a device is looked for. */
class ModelOptionsTest {
    private static final DeviceName GPU = new DeviceName(7);

    @Test
    void int8OnAGpuIsRefusedWhenSettingsAreRead() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModelOptions.DEFAULTS.withDevice(GPU).withPrecision(Precision.INT8))
                .withMessage(
                        "dtype is int8 and device gpu:7; int8 is computed on CPUs alone: use auto, bf16 or fp32 there");
    }

    @Test
    void kernelsAreReadByName() {
        assertThat(Kernels.parse("Plain")).isEqualTo(Kernels.PLAIN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Kernels.parse("fast"))
                .withMessage("kernels is 'fast'; use auto or plain");
    }

    @Test
    void aGpuThatIsNotThereIsOneSentence() {
        assertThatThrownBy(() -> Capabilities.of(GPU))
                .isInstanceOf(DeviceException.class)
                .hasMessageStartingWith("device is gpu:7, but ")
                .hasMessageContaining("use ");
    }
}
