package io.speckv.cli.options;

import io.speckv.engine.ModelOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of how models are opened. */
public final class ModelArguments {
    @Option(names = "--dtype", defaultValue = "auto", description = "fp32, bf16, int8 or auto (${DEFAULT-VALUE})")
    String dtype = "auto";

    @Mixin
    DeviceArguments device = new DeviceArguments();

    /** Returns the names of these options. */
    public static List<String> names() {
        return GivenOptions.names(new ModelArguments());
    }

    public ModelOptions options() {
        return device.options(dtype);
    }

    /** Returns the same as flags of a model service. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>(device.flags());
        flags.add("--model.dtype=" + dtype);
        return flags;
    }
}
