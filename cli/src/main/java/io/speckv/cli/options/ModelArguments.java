package io.speckv.cli.options;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import java.util.List;
import picocli.CommandLine.Option;

/** How models are opened, shared by the commands that open some. */
public final class ModelArguments {
    @Option(names = "--dtype", defaultValue = "auto", description = "fp32, bf16, int8 or auto (${DEFAULT-VALUE})")
    String dtype = "auto";

    @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu:N (${DEFAULT-VALUE})")
    String device = "cpu";

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, or plain for float32 products alone (${DEFAULT-VALUE})")
    String kernels = "auto";

    public ModelOptions options() {
        return WrongInputException.ifRefused(() -> options(device, dtype, kernels));
    }

    /** The same as flags of a model service. */
    List<String> flags() {
        return List.of("--model.dtype=" + dtype, "--model.device=" + device, "--model.kernels=" + kernels);
    }

    /**
     * Returns how models are opened.
     *
     * @throws IllegalArgumentException if a text is not known, or the precision is not for that device
     */
    public static ModelOptions options(String device, String dtype, String kernels) {
        return ModelOptions.DEFAULTS
                .withDevice(DeviceName.parse(device))
                .withPrecision(Precision.parse(dtype))
                .withKernels(Kernels.parse(kernels));
    }
}
