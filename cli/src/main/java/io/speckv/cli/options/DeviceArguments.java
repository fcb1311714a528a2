package io.speckv.cli.options;

import io.speckv.engine.DeviceName;
import io.speckv.engine.Kernels;
import io.speckv.engine.ModelOptions;
import io.speckv.engine.Precision;
import java.util.List;
import picocli.CommandLine.Option;

/** The device on which models run and the matrix products they use, in any precision. */
public final class DeviceArguments {
    @Option(names = "--device", defaultValue = "cpu", description = "cpu or gpu:N (${DEFAULT-VALUE})")
    String device = "cpu";

    @Option(
            names = "--kernels",
            defaultValue = "auto",
            description = "auto, or plain for float32 products alone (${DEFAULT-VALUE})")
    String kernels = "auto";

    @Option(
            names = "--cpu-threads",
            converter = Numbers.AtLeastZero.class,
            paramLabel = "N",
            defaultValue = "0",
            description = "that compute one operator (0: OMP_NUM_THREADS, or as many as there are processors)")
    int cpuThreads;

    /** Returns the device; any other text is a wrong input. */
    public DeviceName name() {
        return WrongInputException.ifRefused(() -> DeviceName.parse(device));
    }

    /** Returns the options for a precision; one that is unknown, or not for this device, is a wrong input. */
    public ModelOptions options(String dtype) {
        return WrongInputException.ifRefused(() -> ModelOptions.DEFAULTS
                .withDevice(DeviceName.parse(device))
                .withPrecision(Precision.parse(dtype))
                .withKernels(Kernels.parse(kernels))
                .withCpuThreads(cpuThreads));
    }

    /** Returns the same as flags of a model service. */
    List<String> flags() {
        return List.of("--model.device=" + device, "--model.kernels=" + kernels, "--model.cpu-threads=" + cpuThreads);
    }
}
