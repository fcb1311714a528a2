package io.speckv.cli.options;

import io.speckv.engine.DeviceName;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import picocli.CommandLine.Option;

/** How models are opened, shared by the commands that open some. */
public final class ModelArguments {
    @Option(names = "--dtype", defaultValue = "auto", description = "fp32, bf16, int8 or auto (${DEFAULT-VALUE})")
    String dtype = "auto";

    @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu:N (${DEFAULT-VALUE})")
    String device = "cpu";

    public ModelOptions options() {
        return WrongInputException.ifRefused(
                () -> ModelOptions.DEFAULTS.withDevice(DeviceName.parse(device)).withPrecision(Precision.parse(dtype)));
    }
}
